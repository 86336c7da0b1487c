// Redeems an invitation. The code stands in the fragment of the address, which browsers do not send to servers.
const fragment = new URLSearchParams(location.hash.slice(1));
const setup = fragment.get("setup");
const code = setup || fragment.get("code");
const part = (id) => document.getElementById(id);
const fields = setup ? ["given_name", "family_name", "email", "password"] : ["password"];

// The code need not stay in the history.
if (code) history.replaceState(null, "", location.pathname);
part(code ? "form" : "broken").hidden = false;
if (setup) {
  part("newcomer").hidden = false;
  part("title").textContent = "Set up this installation";
  part("lead").textContent = "You become its first admin: say who you are and choose a password.";
}

const fault = (field, message) => {
  part(`${field}-fault`).textContent = message;
  part(field).setAttribute("aria-invalid", message ? "true" : "false");
};

const clear = () => {
  part("problem").textContent = "";
  [...fields, "again"].forEach((field) => fault(field, ""));
};

const explain = (problem) => {
  const other = [];
  for (const { pointer, message } of problem.errors || []) {
    const field = (pointer || "").slice(1);
    if (fields.includes(field)) fault(field, message);
    else other.push(`${field} ${message}`);
  }
  if (other.length > 0 || !(problem.errors || []).length) {
    part("problem").textContent = [problem.title, problem.detail, ...other].filter(Boolean).join(" – ");
  }
  const first = document.querySelector('[aria-invalid="true"]');
  if (first) first.focus();
};

const redeem = async () => {
  const body = { code };
  for (const field of fields) body[field] = part(field).value;
  const answer = await fetch("/v1/auth/invitation", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) return explain(said);
  part("form").hidden = true;
  part("token").textContent = said.access_token;
  part("done").hidden = false;
  part("done").focus();
};

part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  clear();
  if (part("password").value !== part("again").value) {
    fault("again", "is not the same");
    part("again").focus();
    return;
  }
  part("send").disabled = true;
  try {
    await redeem();
  } catch {
    part("problem").textContent = "The server does not answer. Try again.";
  } finally {
    part("send").disabled = false;
  }
});
