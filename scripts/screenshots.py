#!/usr/bin/env python3
"""Pictures of the sample's pages at 1440 and 390 pixels, for people to look at.

    scripts/screenshots.py OUT [--binary target/debug/lantu] [--only NAME …] [--dark] [--most 3200]

Starts `lantu demo` in a folder of its own and Debian's chromium through
chromedriver (apt install chromium chromium-driver fonts-noto-cjk), logs in as
the sample's planner and as others, and writes OUT/NAME-WIDTH.png, at most so many
pixels high. Needs nothing but Python.
"""
import argparse, base64, json, pathlib, re, shutil, subprocess, sys, tempfile, time, urllib.error, urllib.request

WIDTHS = (1440, 390)
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars"]


def call(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{url}: {error.read().decode()[:600]}")


class Browser:
    def __init__(self, port, folder):
        options = {"args": FLAGS + [f"--user-data-dir={folder}"]}
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        self.base = f"http://127.0.0.1:{port}/session"
        self.base += "/" + call("POST", self.base, wanted)["sessionId"]

    def cdp(self, command, **params):
        return call("POST", self.base + "/goog/cdp/execute", {"cmd": command, "params": params})

    def go(self, url):
        call("POST", self.base + "/url", {"url": url})

    def run(self, script):
        return call("POST", self.base + "/execute/sync", {"script": script, "args": []})

    def width(self, width):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 700)

    def enter(self, site, name, password):
        """Logs in as somebody else; whoever was logged in is out."""
        call("DELETE", self.base + "/cookie")
        self.go(site + "/login")
        self.run(f"document.querySelector('[name=name]').value='{name}';"
                 f"document.querySelector('[name=password]').value='{password}';"
                 "document.querySelector('form').submit()")
        time.sleep(1)

    def picture(self, path, most):
        height = min(most, self.run("return document.documentElement.scrollHeight"))
        wide = self.run("return document.documentElement.clientWidth")
        shot = self.cdp("Page.captureScreenshot", captureBeyondViewport=True,
                        clip={"x": 0, "y": 0, "width": wide, "height": max(height, 900), "scale": 1})
        path.write_bytes(base64.b64decode(shot["data"]))
        over = self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        print(f"{path.name}: {wide} × {height}" + (f"  SCROLLS SIDEWAYS by {over}" if over > 0 else ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--binary", default="target/debug/lantu")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--most", type=int, default=3200)
    asked = parser.parse_args()
    for program in ("chromedriver", "chromium"):
        if not shutil.which(program):
            sys.exit(f"{program} is missing: apt install chromium chromium-driver fonts-noto-cjk")
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = subprocess.Popen([asked.binary, "demo", "--port", "0", "--data", folder + "/data"], stdout=subprocess.PIPE, text=True)
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        try:
            site = re.search(r"http://\S+", server.stdout.readline()).group()
            port = next(m.group(1) for m in (re.search(r"successfully on port (\d+)", line) for line in driver.stdout) if m)
            browser = Browser(port, folder + "/browser")
            try:
                pictures(browser, site, asked)
            finally:
                call("DELETE", browser.base)  # ends the browser; ending the driver alone would leave it
        finally:
            server.terminate()
            driver.terminate()
            server.wait(10)
            driver.wait(10)
            time.sleep(0.5)


def pictures(browser, site, asked):
    if asked.dark:
        browser.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])

    def shoot(name):
        if asked.only and name not in asked.only:
            return
        for width in WIDTHS:
            browser.width(width)
            browser.picture(asked.out / f"{name}-{width}.png", asked.most)

    browser.width(1440)
    browser.go(site + "/")
    shoot("login")
    browser.enter(site, "planner", "guihua-2025")
    plan = browser.run("return location.pathname")
    shoot("overview")
    for name, path in [("source", plan + "/source"), ("indicators", plan + "/indicators"), ("work", plan + "/work"),
                       ("work-found", plan + "/work?kind=project&sort=due"), ("plans", "/plans"),
                       ("figures", plan + "/figures"), ("confirm", plan + "/confirm?at=C7"),
                       ("coverage", plan + "/confirm/coverage"), ("system", "/system?check=yes"), ("import", "/plans/import"),
                       ("slices", "/plans/3/slice"), ("slices-above", plan + "/slice"), ("editions", plan + "/editions"),
                       ("assignments", plan + "/assignments"), ("offers", plan + "/assignments/offer"),
                       ("unit-parts", plan + "/assignments/unit"), ("arbitration", plan + "/assignments/arbitration"),
                       ("ledger", plan + "/assignments/import"),
                       ("breakdown", plan + "/breakdown"), ("gaps", plan + "/breakdown/gaps"),
                       ("nodes", plan + "/breakdown/nodes"), ("budget", plan + "/breakdown/budget"),
                       ("rounds", plan + "/rounds"), ("round", plan + "/rounds/2023-11"), ("inbox", "/inbox"),
                       ("units", "/units"), ("duties", "/duties"), ("health", plan + "/health"),
                       ("assessments", plan + "/assessments"), ("assessment", plan + "/assessments/A2"),
                       ("published", "/public/plans/2/assessments/A1"), ("quality", plan + "/quality"), ("contradictions", plan + "/contradictions"),
                       ("looking-back", plan + "?known_on=" + time.strftime("%Y-%m-%d")),
                       ("account", "/account"), ("missing", "/nowhere"), ("overview-en", plan + "?lang=en")]:
        browser.go(site + path)
        shoot(name)
    browser.go(site + "/?lang=zh")
    # The indicators whose pages differ most: behind, adding up, growing, a bound, revised.
    browser.go(site + plan + "/indicators?sort=status")
    first = browser.run("return [...document.querySelectorAll('main tbody th a')].map(a => a.href)")
    browser.go(first[0])
    shoot("indicator")
    for name, words in [("indicator-sum", "实际使用外资"), ("indicator-growth", "工业增加值"), ("indicator-hold", "失业率"),
                        ("indicator-revised", "高新技术企业"), ("indicator-yearly", "空气质量优良天数")]:
        browser.go(site + plan + "/indicators?q=" + urllib.request.quote(words))
        found = browser.run("return [...document.querySelectorAll('main tbody th a')].map(a => a.href)")
        if found:
            browser.go(found[0])
            shoot(name)
    preview(browser, site, asked)
    shoot("preview")
    corrected(browser, site + plan + "/editions")
    shoot("edition-preview")
    for name, password, pages in [("reporter", "tianbao-2025", [("report", "/report"), ("own-inbox", "/inbox")]),
                                  ("approver", "shenhe-2025", [("own-parts", plan + "/assignments/unit")]),
                                  ("auditor", "shenji-2025", [("audit", "/system")])]:
        browser.enter(site, name, password)
        for page, path in pages:
            browser.go(site + path)
            shoot(page)


def preview(browser, site, asked):
    """Uploads the sample's next plan and stops at the preview."""
    text = (pathlib.Path(__file__).parent.parent / "samples" / "district-plan.txt").read_text(encoding="utf-8")
    browser.go(site + "/plans/import")
    browser.run("const data = new DataTransfer();"
                f"data.items.add(new File([{json.dumps(text)}], 'district-plan.txt'));"
                "document.querySelector('[type=file]').files = data.files;"
                "document.querySelector('[name=jurisdiction]').value='990102';"
                "document.querySelector('form[enctype]').submit()")
    time.sleep(2)


def corrected(browser, address):
    """Uploads the sample's plan with three sentences changed and stops at the comparison."""
    text = (pathlib.Path(__file__).parent.parent / "samples" / "district-plan.txt").read_text(encoding="utf-8")
    text = text.replace("森林覆盖率达到32%", "森林覆盖率达到31.5%").replace("老年食堂80个", "老年食堂90个").replace("建成城市书房", "新建成城市书房")
    browser.go(address)
    browser.run("const data = new DataTransfer();"
                f"data.items.add(new File([{json.dumps(text)}], 'corrected.txt'));"
                "document.querySelector('[name=file]').files = data.files;"
                "document.querySelector('form[enctype]').submit()")
    time.sleep(2)


main()
