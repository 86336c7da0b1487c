// A live look at the process: what the probes say, every five seconds.
const show = (id, text, good) => {
  const place = document.getElementById(id);
  place.textContent = text;
  place.className = good ? "good" : "bad";
};

const look = async () => {
  try {
    const health = await (await fetch("/health")).json();
    show("health", health.status, health.status === "healthy");
    const ready = await (await fetch("/readyz")).json();
    show("ready", ready.ready ? "welcome" : `not now: ${(ready.reasons || []).join(", ")}`, ready.ready);
  } catch {
    show("health", "does not answer", false);
    show("ready", "unknown", false);
  }
};

const login = document.getElementById("login");
login.textContent = login.textContent.replace("http://127.0.0.1:8080", location.origin);
look();
setInterval(look, 5000);
