// Asks before something is done that hurts; and asks for the token.

import { post } from "./api.js";
import { h } from "./dom.js";

/** Resolves to whether it shall be done. Escape and the other button say no; the focus is on that one. */
export function confirmed(question, consequence, verb) {
  return new Promise((done) => {
    const no = h("button", { type: "button", onclick: () => dialog.close("no") }, "Cancel");
    const dialog = h("dialog", { class: "ask", aria: { labelledby: "ask-title", describedby: "ask-text" } },
      h("h2", { id: "ask-title" }, question), h("p", { id: "ask-text" }, consequence),
      h("div", { class: "buttons" }, no, h("button", { type: "button", class: "hurts", onclick: () => dialog.close("yes") }, verb)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}

let asking = null;

/** Shows the log-in form until the server takes a token. The token goes to the server and is kept nowhere. */
export function loggedIn() {
  asking ??= new Promise((done) => {
    const token = h("input", { type: "password", id: "token", autocomplete: "current-password", required: true });
    const wrong = h("p", { class: "wrong-token", role: "alert" });
    const form = h("form", {
      onsubmit: async (submit) => {
        submit.preventDefault();
        wrong.textContent = "";
        try {
          await post("/login", { token: token.value });
          isIn = true;
          dialog.close();
        } catch (thrown) {
          wrong.textContent = thrown.status === 401 ? "That is not the token. It is `admin.token` of the configuration." : thrown.message;
          token.select();
        }
      },
    }, h("h2", { id: "login-title" }, "Who is there?"),
    h("p", {}, "This fleet asks for the token of its API, `admin.token`."),
    h("label", { htmlFor: "token" }, "Token"), token, wrong,
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "main" }, "Log in")));
    let isIn = false;
    const dialog = h("dialog", { class: "ask login", aria: { labelledby: "login-title" }, oncancel: (cancel) => cancel.preventDefault() }, form);
    dialog.addEventListener("keydown", (key) => {
      if (key.key === "Escape") key.preventDefault();
    });
    dialog.addEventListener("close", () => {
      if (!isIn) { // the browser has other ways to close it, and lets a page refuse them only so often
        dialog.showModal();
        token.focus();
        return;
      }
      dialog.remove();
      asking = null;
      done();
    });
    document.body.append(dialog);
    dialog.showModal();
    token.focus();
  });
  return asking;
}
