"""A student: logs in by the form, as in a browser, and then works over the hub's REST interface and websockets."""

import time

import requests

from deploy.class_test.kernel import Kernel


class Student:
    """One student of the class.

    Parameters
    ----------
    name : str
    url : str
        Address of the hub.
    """

    def __init__(self, name: str, url: str):
        self.name, self.url, self.server = name, url, f"{url}/user/{name}"
        self.browser, self.api = requests.Session(), requests.Session()  # one with cookies, one with a token
        self.token, self.kernel, self.number = "", None, ""

    def log_in(self, password: str) -> None:
        """Log in by the form and get a token, as a student does on the hub's page for tokens."""
        form = self._get(self.browser, f"{self.url}/hub/login")
        data = {"username": self.name, "password": password, "_xsrf": self.browser.cookies.get("_xsrf", path="/hub/")}
        answer = self.browser.post(f"{form.url}?next=/hub/home", data=data, timeout=120)
        if answer.status_code != 200 or not answer.url.endswith("/hub/home"):
            raise RuntimeError(f"the hub does not let {self.name} in: {answer.status_code} at {answer.url}")
        self.token = self._ask("POST", "tokens", json={"note": "class test"})["token"]
        self.api.headers["Authorization"] = f"token {self.token}"

    def start_server(self, seconds: float = 300) -> None:
        """Start the server, wait until it is ready, and open its page."""
        self._ask("POST", "server")
        self.wait_until_ready(seconds)
        self.open_page()

    def wait_until_ready(self, seconds: float = 300) -> None:
        """Wait until the hub says that the server is ready."""
        end = time.monotonic() + seconds
        while not self._ask("GET", "").get("servers", {}).get("", {}).get("ready"):
            if time.monotonic() > end:
                raise TimeoutError(f"the server was not ready within {seconds:.0f} s")
            time.sleep(0.5)

    def open_page(self) -> None:
        """Open JupyterLab as a browser does: its server asks the hub who this is."""
        page = self._get(self.browser, f"{self.server}/lab")
        if "jupyter-config-data" not in page.text or f"/user/{self.name}/lab" not in page.url:
            raise RuntimeError(f"instead of JupyterLab the browser shows {page.url}")

    def refused(self, password: str) -> bool:
        """Return whether the hub refuses this student with another password."""
        browser = requests.Session()
        self._get(browser, f"{self.url}/hub/login")
        data = {"username": self.name, "password": password, "_xsrf": browser.cookies.get("_xsrf", path="/hub/")}
        return browser.post(f"{self.url}/hub/login", data=data, timeout=120).status_code == 403

    def open_notebook(self, path: str) -> dict:
        """Start a kernel for a notebook, and return the notebook."""
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        self.number = self.ask("POST", "sessions", json=body)["kernel"]["id"]
        self.kernel = Kernel(self.server, self.number, self.token)
        return self.ask("GET", f"contents/{path}")["content"]

    def save(self, path: str, text: str) -> None:
        """Write a text file."""
        self.ask("PUT", f"contents/{path}", json={"type": "file", "format": "text", "content": text})

    def read(self, path: str) -> str:
        """Return a text file."""
        return self.ask("GET", f"contents/{path}")["content"]

    def ask(self, method: str, path: str, **options: object) -> dict:
        """Ask this student's server and return its answer; raise where it refuses."""
        answer = self.api.request(method, f"{self.server}/api/{path}", timeout=120, **options)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def status_at(self, other: "Student", path: str) -> set[int]:
        """Return how another student's server answers this one, who comes with a token and with cookies."""
        address = f"{other.server}/api/contents/{path}"
        cookies = {"X-XSRFToken": self.browser.cookies.get("_xsrf", path="/hub/")}
        by_token = self.api.get(address, timeout=120)
        by_cookies = self.browser.get(address, headers=cookies, timeout=120)
        return {by_token.status_code, by_cookies.status_code}

    def _ask(self, method: str, path: str, **options: object) -> dict:
        """Ask the hub about this student, as the pages of the hub do."""
        headers = {"X-XSRFToken": self.browser.cookies.get("_xsrf", path="/hub/")}
        address = f"{self.url}/hub/api/users/{self.name}/{path}".rstrip("/")
        answer = self.browser.request(method, address, headers=headers, timeout=120, **options)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    @staticmethod
    def _get(session: requests.Session, address: str) -> requests.Response:
        answer = session.get(address, timeout=120)
        answer.raise_for_status()
        return answer
