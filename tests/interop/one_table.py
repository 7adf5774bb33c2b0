"""A TAP service that answers every query with the same VOTable: one_table.py FILE; prints its URL."""
import http.server
import sys

with open(sys.argv[1], "rb") as f:
    TABLE = f.read()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-votable+xml")
        self.send_header("Content-Length", str(len(TABLE)))
        self.end_headers()
        self.wfile.write(TABLE)

    def do_GET(self):
        self.send_error(404)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}/tap", flush=True)
sys.stdout.close()
server.serve_forever()
