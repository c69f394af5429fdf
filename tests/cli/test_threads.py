#!/usr/bin/env python3
"""Everything that runs at once, at once: readers, writers, sign-ins, searches, exports, imports by job, resets by job, then the end
amid all of it. With ThreadSanitizer (tests/tsan/run) or without, the log stays free of complaints and the data whole."""
import unittest

from kit import *


class Threads(unittest.TestCase):
    def test_all_at_once(self):
        place = Place().init()
        token, serve = place.token(), None
        serve = Serve(place)
        end, done, wrong = time.monotonic() + float(os.environ.get("PASSERELLE_TEST_LOAD_S", "8")), {}, []

        def loop(name, make):
            act = make()
            while time.monotonic() < end + 1:
                try:
                    reply = act(done.get(name, 0))
                except (OSError, http.client.HTTPException):
                    if time.monotonic() < end:
                        wrong.append(f"{name}: the connection ended")
                    return  # it was stopped
                if reply.status >= 500 and reply.status != 503:
                    wrong.append(f"{name}: {reply.status} {reply.text[:200]}")
                if reply.status < 400 or not name.startswith("writer"):
                    done[name] = done.get(name, 0) + 1

        def writer(k):
            def make():
                api = Client(serve.host, token)
                return lambda i: api.send("POST", "/api/v1/people", {"family": f"Writer {k} {i}"})
            return make

        def reader():
            web, paths = Client(serve.host).sign_in(), ["/people", "/people?q=writer", "/search?q=writ&format=json", "/", "/people.csv", "/metrics", "/batches", "/mails"]
            return lambda i: web.get(paths[i % len(paths)])

        def sender():
            web = Client(serve.host).sign_in()

            def act(i):
                rows = "".join(f"P{i},Unit {i} {k},department\n" if k == 0 else f"P{i}x{k},Unit {i} {k},department\n" for k in range(9000 if i % 4 == 0 else 20))
                body = "".join(f'--zq\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in (("csrf", web.csrf), ("kind", "units")))
                body += f'--zq\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\ncode,name,kind\n{rows}\r\n--zq--\r\n'
                sent = web.ask("POST", "/imports", body.encode(), Content_Type="multipart/form-data; boundary=zq")
                return web.form(sent.header("Location") + "/apply", csrf=web.csrf) if sent.status == 303 else sent
            return act

        def forgetter():
            web = Client(serve.host)
            csrf = csrf_of(web.get("/password"))
            return lambda i: web.form("/password", csrf=csrf, email=ADMIN if i % 2 else f"nobody{i}@school.example")

        def stranger():
            def act(i):
                c = Client(serve.host)
                reply = c.get("/sign-in" if i % 2 else "/healthz")
                c.close()
                return reply
            return act

        loops = [*((f"writer {k}", writer(k)) for k in range(8)), *((f"reader {k}", reader) for k in range(4)), ("sender", sender), ("forgetter", forgetter),
                 *((f"stranger {k}", stranger) for k in range(4))]
        threads = [threading.Thread(target=loop, args=each) for each in loops]
        for t in threads:
            t.start()
        time.sleep(max(0, end - time.monotonic()))
        self.assertEqual(serve.stop(), 0)  # amid requests; its log is looked through
        for t in threads:
            t.join()
        self.assertEqual(wrong, [])
        self.assertEqual({name for name, _ in loops} - set(done), set())
        written = sum(n for name, n in done.items() if name.startswith("writer"))
        self.assertGreaterEqual(int(place.one("select count(*) from person where family like 'Writer %'")), written)
        self.assertEqual(place.ok("audit", "verify").code, 0)


if __name__ == "__main__":
    main()
