"""A TAP service behind a load balancer: a job is known only with the cookie that its creation set.

usage: small_service.py LOG [RESULT [HREF]]   prints its URL; LOG gets a line a request: METHOD PATH
                                              COOKIE; the file RESULT ("": none) is what each query
                                              gives, and HREF where its job says that it is
"""
import http.server
import sys

TABLES = ("<tableset><schema><name>s</name><table><name>s.t</name>"
          "<column><name>a</name><dataType>int</dataType></column></table></schema></tableset>")
RESULT = ("<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>"
          "<FIELD name='a' datatype='int'/><DATA><TABLEDATA><TR><TD>7</TD></TR></TABLEDATA></DATA>"
          "</TABLE></RESOURCE></VOTABLE>")
JOB = ("<job xmlns:xlink='http://www.w3.org/1999/xlink' version='1.1'><jobId>1</jobId>"
       "<phase>%s</phase>%s</job>")
HREF = "<results><result id='result' xlink:href='%s'/></results>"


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    phase = "PENDING"

    def log_message(self, *_):
        pass

    def answer(self, status, body="", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do(self):
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path, cookie = self.path.split("?")[0], self.headers.get("Cookie") or "-"
        print(self.command, path, cookie, file=open(sys.argv[1], "a"), flush=True)
        known = cookie == "SERVER=b"
        if path == "/tap/tables":
            self.answer(200, TABLES)
        elif path == "/tap/async" and self.command == "POST":
            self.answer(303, Location="/tap/async/1", Set_Cookie="SERVER=b; Path=/")
        elif path.startswith("/tap/async/1") and not known:
            self.answer(404, "no such job here")
        elif path == "/tap/async/1/phase":
            Service.phase = "COMPLETED" if "RUN" in form else Service.phase
            self.answer(303, Location="/tap/async/1")
        elif path == "/tap/async/1":
            self.answer(200, JOB % (Service.phase, HREF % sys.argv[3] if sys.argv[3:] else ""))
        elif path == "/tap/async/1/results/result":
            self.answer(200, open(sys.argv[2]).read() if sys.argv[2:] and sys.argv[2] else RESULT)
        else:
            self.answer(404, "no such thing")

    do_GET = do_POST = do_DELETE = do


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
print("http://127.0.0.1:%d/tap" % server.server_port, flush=True)
server.serve_forever()
