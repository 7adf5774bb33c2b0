"""Eight programs that use one mount as people do, each call checked: crowd.py SKY SECONDS PID.

Each works in a folder of its own below queries/. A query asks for a number of its own, and that
number must come back in every format, whatever was done before. Prints what went wrong, the number
of calls, and what the mount's process held: descriptors and memory after a fifth of the time, and
at the end. Exits with 1 if anything went wrong."""
import json
import multiprocessing
import os
import random
import shutil
import sys
import time
import traceback

SKY, SECONDS, PID = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
WORKERS, KEPT = 8, 12


class Wrong(Exception):
    pass


class Person:
    """One program: what it has dropped, and the number that each must give."""

    def __init__(self, number):
        self.random = random.Random(number * 7919 + int(os.environ.get("SEED", os.getpid())))
        self.home = f"{SKY}/queries/p{number}"
        self.next = number * 10_000_000
        self.has = {}
        self.calls = 0
        os.mkdir(self.home)

    def path(self, stem, extension="adql"):
        return f"{self.home}/{stem}.{extension}"

    def text(self):
        self.next += 1
        return self.next, f"SELECT TOP 1 {self.next} AS tag, name FROM demo.messier ORDER BY name\n"

    def some(self):
        return self.random.choice(list(self.has))

    # Each of these is one thing that a person does.

    def drop(self):
        tag, text = self.text()
        stem = f"q{tag}"
        way = self.random.randrange(3)
        if way == 0:
            with open(self.path(stem), "w") as f:
                f.write(text)
        elif way == 1:
            hidden = f"{self.home}/.{stem}.new"
            with open(hidden, "w") as f:
                f.write(text)
            os.rename(hidden, self.path(stem))
        else:
            with open(self.path(stem), "w") as f:
                for letter in text:
                    f.write(letter)
                f.flush()
                os.fsync(f.fileno())
        self.has[stem] = tag

    def change(self):
        stem = self.some()
        tag, text = self.text()
        if self.random.random() < 0.5:
            with open(self.path(stem), "w") as f:
                f.write(text)
        else:
            with open(f"{self.home}/.save~", "w") as f:
                f.write(text)
            os.replace(f"{self.home}/.save~", self.path(stem))
        self.has[stem] = tag

    def touch(self):
        os.utime(self.path(self.some()))

    def move(self):
        stem = self.some()
        to = f"m{self.next}_{self.random.randrange(1000)}"
        os.rename(self.path(stem), self.path(to))
        self.has[to] = self.has.pop(stem)

    def remove(self):
        stem = self.some()
        os.unlink(self.path(stem))
        del self.has[stem]
        try: # the name can still be removed for a while, by `rm NAME.*`, but not read
            with open(self.path(stem, "csv")):
                raise Wrong(f"{stem}.csv can be read after rm")
        except FileNotFoundError:
            pass
        if [name for name in os.listdir(self.home) if name.startswith(stem + ".")]:
            raise Wrong(f"results of {stem} are listed after rm")

    def read(self):
        stem = self.some()
        extension = self.random.choice(["csv", "csv", "csv", "tsv", "jsonl", "ecsv", "vot", "txt"])
        with open(self.path(stem, extension), "rb") as f:
            got = f.read()
        tag = str(self.has[stem])
        if tag.encode() not in got and extension != "vot":
            raise Wrong(f"{stem}.{extension} has no {tag}: {got[:200]!r}")
        if extension == "jsonl" and json.loads(got.splitlines()[0])["tag"] != self.has[stem]:
            raise Wrong(f"{stem}.jsonl: {got[:200]!r}")
        if extension == "vot" and b"</VOTABLE>" not in got:
            raise Wrong(f"{stem}.vot is cut off: {got[-100:]!r}")

    def read_text(self):
        stem = self.some()
        with open(self.path(stem)) as f:
            if str(self.has[stem]) not in f.read():
                raise Wrong(f"{stem}.adql is another text")

    def look(self):
        names = os.listdir(self.home)
        for stem in self.has:
            if f"{stem}.adql" not in names:
                raise Wrong(f"{stem}.adql is not listed")
        for name in names:
            try:
                os.stat(f"{self.home}/{name}")
            except FileNotFoundError:
                if name.endswith(".adql"):
                    raise
                # a growing result has gone, or results of an older run

    def copy_folder(self):
        to = f"{self.home}/copy"
        os.mkdir(to)
        stem = self.some()
        with open(self.path(stem)) as f, open(f"{to}/c.adql", "w") as g:
            g.write(f.read())
        with open(f"{to}/c.csv") as f:
            if str(self.has[stem]) not in f.read():
                raise Wrong("a copy in a folder has other rows")
        shutil.rmtree(to)

    def browse(self):
        with open(f"{SKY}/schemas/demo/messier/columns.csv") as f:
            if "name" not in f.read():
                raise Wrong("columns.csv")
        os.listdir(f"{SKY}/jobs")
        with open(f"{SKY}/status") as f:
            f.read()

    def act(self):
        acts = [self.drop, self.read, self.read, self.read, self.read_text, self.look]
        if len(self.has) >= 2:
            acts += [self.change, self.touch, self.move, self.remove, self.browse,
                     self.copy_folder]
        if len(self.has) >= KEPT:
            acts = [self.remove]
        if not self.has:
            acts = [self.drop]
        what = self.random.choice(acts)
        what()
        self.calls += 1


def work(number, until, results):
    person, wrong = None, []
    try:
        person = Person(number)
        while time.time() < until:
            try:
                person.act()
            except (Wrong, OSError) as e:
                where = traceback.extract_tb(e.__traceback__)[-1]
                wrong.append(f"p{number}: {where.name}: {e!r}")
                if len(wrong) > 5:
                    break
        for stem in list(person.has):  # the last word: each has its own number
            with open(person.path(stem, "csv")) as f:
                if str(person.has[stem]) not in f.read():
                    wrong.append(f"p{number}: at the end, {stem}.csv has another number")
        shutil.rmtree(person.home)
    except Exception as e:
        wrong.append(f"p{number}: {e!r}")
    results.put((person.calls if person else 0, wrong))


def held():
    """Descriptors, and KiB of memory that are its own."""
    with open(f"/proc/{PID}/status") as f:
        rss = next(int(line.split()[1]) for line in f if line.startswith("RssAnon"))
    return len(os.listdir(f"/proc/{PID}/fd")), rss


def main():
    results, began = multiprocessing.Queue(), time.time()
    crowd = [multiprocessing.Process(target=work, args=(i, began + SECONDS, results))
             for i in range(WORKERS)]
    for p in crowd:
        p.start()
    seen = []
    while time.time() < began + SECONDS:
        time.sleep(SECONDS / 50)
        seen.append(held())
    done = [results.get(timeout=120) for _ in crowd]
    for p in crowd:
        p.join()
    early, late = seen[10:20], seen[-10:]
    for _, wrong in done:
        for line in wrong:
            print("wrong", line)
    print("calls", sum(calls for calls, _ in done))
    for name, i in ("descriptors", 0), ("memory", 1):
        print(name, max(s[i] for s in early), max(s[i] for s in late))
    time.sleep(3)
    print("after", *held())
    sys.exit(any(wrong for _, wrong in done))


main()
