"""A proxy that writes down requests as the demo service does, and the RUNID of those that have one.

usage: proxy.py LOG     prints its URL; for http_proxy=
"""
import datetime
import http.client
import http.server
import sys
import threading
import urllib.parse

log = open(sys.argv[1], "a", buffering=1)
lock = threading.Lock()
HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "upgrade"}


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forward(self):
        url = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        there = http.client.HTTPConnection(url.hostname, url.port or 80)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
        path = url.path + ("?" + url.query if url.query else "")
        try:
            there.request(self.command, path, body or None, headers)
            answer = there.getresponse()
            data = answer.read()
        except OSError as e:
            self.send_error(502, str(e))
            return
        finally:
            there.close()
        with lock:
            now = datetime.datetime.utcnow().isoformat(timespec="milliseconds")
            runid = urllib.parse.parse_qs(body.decode(errors="replace")).get("RUNID", [""])[0]
            log.write(f"{now}Z {self.command} {path} {answer.status} {len(data)} {runid}\n")
        self.send_response_only(answer.status, answer.reason)
        for k, v in answer.getheaders():
            if k.lower() not in HOP | {"content-length"}:
                self.send_header(k, v)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except OSError:  # a client may change its mind
            pass

    do_GET = do_POST = do_DELETE = do_PUT = forward

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
server.daemon_threads = True
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
