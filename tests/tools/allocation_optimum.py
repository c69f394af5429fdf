"""The optimising mechanisms told again: costs as vectors of digits (docs/contracts/allocation.md), the one pass that proves an
optimum from its prices, and a slow solver by shortest paths that finds the only optimum and prices of its own."""
import collections

OPTIMISING = ("ranksum", "greedy", "generous")
WORD = (1 << 64) - 1


class Wrong(Exception):
    pass


class Costs:
    """Cost of every choice and of holding nothing. `draw` and `own_order` are the lottery of check_allocation."""
    def __init__(self, q, seed, mechanism, draw, own_order):
        used = sorted({rank for listed in q.lists.values() for rank, _ in listed}, reverse=mechanism == "generous")
        self.floors = bool(q.floors)
        self.first = 2 if q.floors else 1
        self.digits = self.first + (1 if mechanism == "ranksum" else len(used)) + 1
        self.nothing = (1,) + (0,) * (self.digits - 1)
        self.of, self.mechanism = {}, mechanism
        for student in q.students:
            number = int.from_bytes(draw(seed, student)[:8], "big")
            for position, option in enumerate(own_order(q, seed, student)):
                cost = [0] * self.digits
                rank = q.rank(student, option)
                if mechanism == "ranksum":
                    cost[self.first] = rank
                else:
                    cost[self.first + used.index(rank)] = -1 if mechanism == "greedy" else 1
                cost[-1] = lottery_digit(number, position)
                self.of[student, option] = tuple(cost)

    def zero(self):
        return (0,) * self.digits

    def floor_most(self):
        return (0, 1) + (0,) * (self.digits - 2)


def lottery_digit(number, position):
    x = (number + (position + 1) * 0x9E3779B97F4A7C15) & WORD
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & WORD
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & WORD
    return (x ^ x >> 31) >> 20


def plus(x, y):
    return tuple(a + b for a, b in zip(x, y))


def minus(x, y):
    return tuple(a - b for a, b in zip(x, y))


def vector(text, digits):
    parts = text.split(":")
    if len(parts) != digits:
        raise Wrong(f"{text!r} has {len(parts)} digits, not {digits}")
    numbers = tuple(int(p) for p in parts)
    if ":".join(str(n) for n in numbers) != text:
        raise Wrong(f"{text!r} is not written as numbers are")
    return numbers


def members(q, held, node, group):
    return sum(q.group.get(s) == group and node in q.path(o) for s, o in held.items())


def floor_node(q, target):
    return ("option", target) if ("option", target) in q.capacity else ("cap", target)


def at_options(q):
    return [floor for floor in q.floors if floor_node(q, floor[0])[0] == "option"]


def cap_floors(q):
    """A floor at a cap is no part of a network: prices may or may not prove an optimum."""
    return len(at_options(q)) < len(q.floors)


def exhaustive(q, costs, most=60000):
    """The only optimum, by all loads and members of floors that students can lead to, one student after the other; None when
    they are too many."""
    nodes = sorted(q.capacity)
    place = {node: i for i, node in enumerate(nodes)}
    floors = [(floor_node(q, target), group, n) for target, group, n in q.floors]
    states = {((0,) * len(nodes), (0,) * len(floors)): (costs.zero(), None)}
    for student in q.order:
        ways = [(None, (), (), costs.nothing)]
        for _, option in q.lists.get(student, []):
            path = q.path(option)
            counted = [i for i, (node, group, _) in enumerate(floors) if node in path and q.group.get(student) == group]
            ways.append((option, [place[node] for node in path], counted, costs.of[student, option]))
        after = {}
        for (load, have), (cost, held) in states.items():
            for option, path, counted, more in ways:
                if any(load[i] >= q.capacity[nodes[i]] for i in path):
                    continue
                state = (tuple(x + (i in path) for i, x in enumerate(load)),
                         tuple(min(x + (i in counted), floors[i][2]) for i, x in enumerate(have)))
                total = plus(cost, more)
                if state not in after or total < after[state][0]:
                    after[state] = (total, (held, student, option))
        if len(after) > most:
            return None
        states = after

    def missing(have):
        return (0, sum(n - x for x, (_, _, n) in zip(have, floors))) + (0,) * (costs.digits - 2) if floors else costs.zero()
    _, chain = min(((plus(cost, missing(have)), held) for (_, have), (cost, held) in states.items()), key=lambda x: x[0])
    held = {}
    while chain:
        chain, student, option = chain
        if option:
            held[student] = option
    return held


def certificate(q, costs, lines):
    """Prices and floor prices from the rows of certificate.csv; what is absent is zero."""
    price, floor_price, order = {}, {}, []
    floors = {(t + ":" + g): (floor_node(q, t), g) for t, g, _ in q.floors}
    for kind, name, value in lines:
        digits = vector(value, costs.digits)
        if digits == costs.zero():
            raise Wrong(f"a zero for {name!r}")
        if kind in ("price", "price_cap"):
            node = ("option", name) if kind == "price" and ("option", name) in q.capacity else ("cap", name)
            if node not in q.capacity or node in price or (kind == "price_cap") != (node[0] == "cap" and ("option", name) in q.capacity):
                raise Wrong(f"a price of {name!r}")
            price[node] = digits
            order.append((node[0] == "cap", name.encode("utf-8")))
        elif kind == "floor" and name in floors and floors[name] not in floor_price:
            floor_price[floors[name]] = digits
        else:
            raise Wrong(f"a row {kind!r} of {name!r}")
    if order != sorted(order) or any(kind != "floor" for kind, _, _ in lines[len(order):]):
        raise Wrong("rows are not in order")
    return price, floor_price


def prove(q, costs, held, price, floor_price):
    """Nobody can do better than `held`: by weak duality, in one pass."""
    load = collections.Counter(node for o in held.values() for node in q.path(o))
    for node, seats in q.capacity.items():
        if load[node] > seats:
            raise Wrong(f"{load[node]} at {node}, which has {seats} seats")
        if price.get(node, costs.zero()) < costs.zero():
            raise Wrong(f"the price of {node} is below zero")
        if load[node] < seats and price.get(node, costs.zero()) != costs.zero():
            raise Wrong(f"{node} has a free seat and a price")
    for target, group, floor in q.floors:
        node = floor_node(q, target)
        dual, have = floor_price.get((node, group), costs.zero()), members(q, held, node, group)
        if not costs.zero() <= dual <= costs.floor_most():
            raise Wrong(f"the price of the floor of {group} at {node} is out of its bounds")
        if have > floor and dual != costs.zero():
            raise Wrong(f"the floor of {group} at {node} is exceeded and has a price")
        if have < floor and dual != costs.floor_most():
            raise Wrong(f"the floor of {group} at {node} is not met and has another price than its most")
    for student in q.students:
        def total(option):
            cost = costs.of[student, option]
            for node in q.path(option):
                cost = plus(cost, price.get(node, costs.zero()))
                cost = minus(cost, floor_price.get((node, q.group.get(student)), costs.zero()))
            return cost
        best = min([total(o) for _, o in q.lists.get(student, [])] + [costs.nothing])
        now = total(held[student]) if student in held else costs.nothing
        if now != best:
            raise Wrong(f"{student!r} would rather be elsewhere than at {held.get(student)!r}")


class Net:
    """Residual arcs with vector costs."""
    def __init__(self):
        self.to, self.cap, self.cost, self.out = [], [], [], collections.defaultdict(list)

    def arc(self, x, y, cap, cost):
        for a, b, room, price in ((x, y, cap, cost), (y, x, 0, tuple(-c for c in cost))):
            self.out[a].append(len(self.to))
            self.to.append(b)
            self.cap.append(room)
            self.cost.append(price)

    def distances(self, source, zero, backwards=False):
        """Least cost from the source to every node, or from every node to it; and the last arc on the way."""
        best, last, queue, waiting = {source: zero}, {}, collections.deque([source]), {source}
        while queue:
            x = queue.popleft()
            waiting.discard(x)
            for e in self.out[x]:
                use = e ^ 1 if backwards else e
                if not self.cap[use]:
                    continue
                y, cost = self.to[e], plus(best[x], self.cost[use])
                if y not in best or cost < best[y]:
                    best[y], last[y] = cost, e
                    if y not in waiting:
                        waiting.add(y)
                        queue.append(y)
        return best, last


def optimum(q, costs):
    """The only optimum, and prices, without floors at caps."""
    net, zero, many = Net(), costs.zero(), len(q.students) + 1
    floor = {(target, group): n for target, group, n in at_options(q)}
    for node, seats in q.capacity.items():
        net.arc(node, q.up[node] or "end", seats, zero)
    for (target, group), n in floor.items():
        net.arc(("floor", target, group), ("option", target), n, minus(zero, costs.floor_most()))
        net.arc(("floor", target, group), ("option", target), many, zero)
    for student in q.order:
        net.arc(("student", student), "end", 1, costs.nothing)
        for _, option in q.lists.get(student, []):
            counted = ("floor", option, q.group.get(student))
            net.arc(("student", student), counted if counted[1:] in floor else ("option", option), 1, costs.of[student, option])
    for student in q.order:
        start = at = ("student", student)
        best, last = net.distances("end", zero, backwards=True)
        while at != "end":
            e = last[at] ^ 1
            net.cap[e] -= 1
            net.cap[e ^ 1] += 1
            at = net.to[e]
        assert start in best
    best, _ = net.distances("end", zero, backwards=True)
    far = plus(costs.nothing, costs.nothing)
    held, price, floor_price = {}, {}, {}
    for student in q.order:
        for e in net.out["student", student]:
            if e % 2 == 0 and not net.cap[e] and net.to[e] != "end":
                held[student] = net.to[e][1]

    def worth(node):
        """What a place at the node costs; more than anything where there is no seat and nobody sits."""
        if node in best:
            return best[node]
        return plus(worth(q.up[node] or "end"), zero if q.capacity[node] else far)
    for node in q.capacity:
        price[node] = minus(worth(node), worth(q.up[node] or "end"))
    for target, group in floor:
        at = best.get(("option", target))
        floor_price[("option", target), group] = minus(at, best["floor", target, group]) if at else costs.floor_most()
    return held, price, floor_price
