"""A TAP service that has results as Parquet files (Rubin has), and answers some queries otherwise.
It takes texts of tables for arrays (Daiquiri 1.3 does), unless they have a length.

usage: asked_service.py            prints its URL

A query with the word broken gets an error document, one with the word page a web page.
"""
import http.server
import re
import urllib.parse

CAPABILITIES = ("<capabilities xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>"
                "<capability standardID='ivo://ivoa.net/std/TAP'>"
                "<uploadMethod ivo-id='ivo://ivoa.net/std/TAPRegExt#upload-inline'/>"
                "</capability></capabilities>")
TABLES = ("<tableset><schema><name>s</name><table><name>s.t</name>"
          "<column><name>a</name><dataType>int</dataType></column></table></schema></tableset>")
RESULT = ("<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='%s'>%s</INFO><TABLE>"
          "<FIELD name='a' datatype='int'/><DATA><TABLEDATA><TR><TD>7</TD></TR></TABLEDATA></DATA>"
          "</TABLE></RESOURCE></VOTABLE>")
JOB = ("<job xmlns:xlink='http://www.w3.org/1999/xlink' version='1.1'><jobId>%d</jobId>"
       "<phase>%s</phase><parameters>%s</parameters></job>")
PARAMETER = "<parameter id='%s'>%s</parameter>"
jobs = []


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else body.encode())

    def result(self, job):
        if "broken" in job["QUERY"]:
            self.answer(200, RESULT % ("ERROR", "no such luck"))
        elif "page" in job["QUERY"]:
            self.answer(200, "<html><title>Log in</title></html>", Content_Type="text/html")
        elif "parquet" in job.get("FORMAT", job.get("RESPONSEFORMAT", "")):
            self.answer(200, b"PAR1\0\1\2\3PAR1", Content_Type="application/x-parquet")
        else:
            self.answer(200, RESULT % ("OK", ""))

    def do(self):
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        said = dict(urllib.parse.parse_qsl(form))
        if "multipart" in self.headers.get("Content-Type", ""):
            said = dict(re.findall('name="([A-Z]+)"\r\n\r\n(.*?)\r\n--', form, re.DOTALL))
            said["array"] = 'arraysize="*"' in form
        path = self.path.split("?")[0].split("/")[2:]
        if path == ["capabilities"]:
            self.answer(200, CAPABILITIES)
        elif path == ["tables"]:
            self.answer(200, TABLES)
        elif path == ["async"] and self.command == "POST":
            jobs.append(dict(said, phase="PENDING"))
            self.answer(303, Location="/tap/async/%d" % len(jobs))
        elif path == ["async"]:
            self.answer(200, "<jobs version='1.1'>" + "".join(
                "<jobref id='%d'><phase>%s</phase></jobref>" % (i + 1, j["phase"])
                for i, j in enumerate(jobs)) + "</jobs>")
        elif len(path) < 2 or path[0] != "async" or not 0 < int(path[1]) <= len(jobs):
            self.answer(404, "no such thing")
        elif self.command == "DELETE":
            jobs[int(path[1]) - 1]["phase"] = "ARCHIVED"
            self.answer(303, Location="/tap/async")
        elif path[2:] == ["error"]:
            self.answer(200, 'malformed array literal: "x"')
        elif path[2:] == ["phase"]:
            job = jobs[int(path[1]) - 1]
            job["phase"] = "ERROR" if job.get("array") else "COMPLETED"
            self.answer(303, Location="/tap/async/" + path[1])
        elif path[2:] == ["results", "result"]:
            self.result(jobs[int(path[1]) - 1])
        else:
            job = jobs[int(path[1]) - 1]
            self.answer(200, JOB % (int(path[1]), job["phase"], "".join(
                PARAMETER % p for p in job.items())))

    do_GET = do_POST = do_DELETE = do


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
print("http://127.0.0.1:%d/tap" % server.server_port, flush=True)
server.serve_forever()
