// The peer of the allocation: LEMON's network simplex on the same files, as a user of that library would write it.
// bench_lemon MECHANISM SEATS CHOICES [CAPS]   prints placed, rank_sum, profile, seconds (processor time) and memory as JSON.
// ranksum: cost of a choice its rank, of staying unplaced more than all ranks together. greedy and generous: one digit of ten
// bits for each rank in 128 bits, and one above them for staying unplaced. Ids are as bench_instances writes them.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>
#include <vector>

using Graph = lemon::SmartDigraph;
__extension__ typedef __int128 Wide;
enum { DIGIT = 10, RANKS_MOST = 11 };

static double seconds()
{
	rusage u;
	getrusage(RUSAGE_SELF, &u);
	return double(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + double(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

[[noreturn]] static void quit(const char *why)
{
	std::fprintf(stderr, "bench_lemon: %s\n", why);
	std::exit(1);
}

// Lines after the header, fields cut at commas; the pages behind the reader are given back.
class Table {
	const char *begin = nullptr, *at = nullptr, *end = nullptr, *left = nullptr;

      public:
	explicit Table(const char *path)
	{
		int fd = open(path, O_RDONLY);
		struct stat st;
		if (fd < 0 || fstat(fd, &st) != 0) quit(path);
		if (st.st_size) {
			void *p = mmap(nullptr, size_t(st.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
			if (p == MAP_FAILED) quit(path);
			begin = left = at = static_cast<const char *>(p);
			end = at + st.st_size;
		}
		close(fd);
		std::string_view header[8];
		row(header);
	}
	~Table()
	{
		if (begin) munmap(const_cast<char *>(begin), size_t(end - begin));
	}
	int row(std::string_view fields[8])
	{
		int n = 0;
		if (at == end) return 0;
		if (at - left > (16 << 20)) {
			madvise(const_cast<char *>(left), size_t(8 << 20), MADV_DONTNEED);
			left += 8 << 20;
		}
		const char *eol = static_cast<const char *>(memchr(at, '\n', size_t(end - at)));
		if (!eol) eol = end;
		while (n < 8) {
			const char *comma = static_cast<const char *>(memchr(at, ',', size_t(eol - at)));
			const char *to = comma ? comma : eol;
			fields[n++] = {at, size_t(to - at)};
			at = to + 1;
			if (!comma) break;
		}
		at = eol < end ? eol + 1 : end;
		return n;
	}
};

static int64_t number(std::string_view s)
{
	int64_t n = 0;
	for (char c : s) {
		if (c < '0' || c > '9') quit("a number");
		n = n * 10 + (c - '0');
	}
	return n;
}

struct Question {
	std::vector<int> seats, parent; // of options, then caps; parent -1 at a root
	std::vector<int> first;         // of every student, into the two below
	std::vector<int> option;
	std::vector<uint16_t> rank;
	int options = 0, ranks = 0;
};

static void read(Question &q, char **argv, int argc)
{
	std::unordered_map<std::string, int> options, caps;
	std::vector<std::string> above;
	std::string_view f[8];
	for (Table t(argv[2]); int n = t.row(f);) {
		options.emplace(f[0], int(options.size()));
		q.seats.push_back(int(number(f[1])));
		above.emplace_back(n > 2 ? f[2] : "");
	}
	q.options = int(options.size());
	if (argc > 4)
		for (Table t(argv[4]); t.row(f);) {
			caps.emplace(f[0], int(q.seats.size()));
			q.seats.push_back(int(number(f[2])));
			above.emplace_back(f[1]);
		}
	for (const std::string &id : above)
		q.parent.push_back(id.empty() ? -1 : caps.at(id));
	std::string last, id;
	for (Table t(argv[3]); t.row(f);) {
		if (f[0] != last) q.first.push_back(int(q.option.size()));
		last = f[0];
		id = f[2];
		q.option.push_back(options.at(id));
		q.rank.push_back(uint16_t(number(f[1])));
		if (q.rank.back() > q.ranks) q.ranks = q.rank.back();
	}
	q.first.push_back(int(q.option.size()));
}

template <class Cost> static Cost cost_of(const Question &q, char mechanism, int rank)
{
	int students = int(q.first.size()) - 1;
	switch (mechanism) {
	case 'r': return rank ? Cost(rank) : Cost(students) * q.ranks + 1;
	case 'g': return rank ? -(Cost(1) << (DIGIT * (q.ranks - rank))) : Cost(1) << (DIGIT * q.ranks);
	default: return rank ? Cost(1) << (DIGIT * (rank - 1)) : Cost(1) << (DIGIT * q.ranks);
	}
}

template <class Cost> static int solve(Question &q, char mechanism, double begun)
{
	int students = int(q.first.size()) - 1, nodes = int(q.seats.size());
	double read_s = seconds() - begun;
	Graph g;
	g.reserveNode(students + nodes + 1);
	g.reserveArc(int(q.option.size()) + students + nodes);
	for (int i = 0; i <= students + nodes; i++)
		g.addNode();
	Graph::Node sink = g.nodeFromId(students + nodes);
	for (int s = 0; s < students; s++) {
		for (int i = q.first[size_t(s)]; i < q.first[size_t(s) + 1]; i++)
			g.addArc(g.nodeFromId(s), g.nodeFromId(students + q.option[size_t(i)]));
	}
	for (int s = 0; s < students; s++)
		g.addArc(g.nodeFromId(s), sink);
	for (int v = 0; v < nodes; v++)
		g.addArc(g.nodeFromId(students + v), q.parent[size_t(v)] < 0 ? sink : g.nodeFromId(students + q.parent[size_t(v)]));
	std::vector<int>().swap(q.option);

	double build_s = seconds() - begun - read_s, before = seconds();
	int m = int(q.rank.size());
	Graph::ArcMap<int> upper(g, 1), flow(g);
	Graph::NodeMap<int> supply(g, 0);
	{
		Graph::ArcMap<Cost> cost(g, 0);
		for (int i = 0; i < m; i++)
			cost[g.arcFromId(i)] = cost_of<Cost>(q, mechanism, q.rank[size_t(i)]);
		for (int s = 0; s < students; s++) {
			cost[g.arcFromId(m + s)] = cost_of<Cost>(q, mechanism, 0);
			supply[g.nodeFromId(s)] = 1;
		}
		for (int v = 0; v < nodes; v++)
			upper[g.arcFromId(m + students + v)] = q.seats[size_t(v)];
		supply[sink] = -students;
		lemon::NetworkSimplex<Graph, int, Cost> simplex(g);
		simplex.upperMap(upper).costMap(cost).supplyMap(supply);
		if (simplex.run() != lemon::NetworkSimplex<Graph, int, Cost>::OPTIMAL) quit("no optimum");
		simplex.flowMap(flow);
	}
	double solve_s = seconds() - before;

	std::vector<int64_t> profile(size_t(q.ranks), 0);
	int64_t placed = 0, rank_sum = 0;
	for (int i = 0; i < m; i++) {
		if (!flow[g.arcFromId(i)]) continue;
		placed++;
		rank_sum += q.rank[size_t(i)];
		profile[size_t(q.rank[size_t(i)]) - 1]++;
	}
	rusage u;
	getrusage(RUSAGE_SELF, &u);
	std::printf("{\"placed\": %lld, \"rank_sum\": %lld, \"profile\": [", (long long)placed, (long long)rank_sum);
	for (size_t k = 0; k < profile.size(); k++)
		std::printf("%s%lld", k ? ", " : "", (long long)profile[k]);
	std::printf("], \"seconds_read\": %.6f, \"seconds_build\": %.6f, \"seconds_solve\": %.6f, \"peak_bytes\": %lld}\n", read_s, build_s,
	            solve_s, (long long)u.ru_maxrss * 1024);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 4) quit("MECHANISM SEATS CHOICES [CAPS]");
	double begun = seconds();
	Question q;
	read(q, argv, argc);
	if (!std::strcmp(argv[1], "ranksum")) return solve<int64_t>(q, 'r', begun);
	if (q.ranks > RANKS_MOST) quit("too many ranks for digits of ten bits in 128");
	if (!std::strcmp(argv[1], "greedy")) return solve<Wide>(q, 'g', begun);
	if (!std::strcmp(argv[1], "generous")) return solve<Wide>(q, 'w', begun);
	quit("ranksum, greedy or generous");
}
