// What can be done to a connection. Where it hurts, it is asked first.

import { connectionPath, post } from "./api.js";
import { confirmed } from "./dialog.js";
import { h, say } from "./dom.js";
import { stateWord } from "./states.js";

const ALIVE = new Set(["OPEN", "READY"]);

const ACTIONS = [
  {
    name: "start", word: "Start", fits: (status) => status.desired === "DOWN" || status.state === "GIVEN_UP",
    tip: "Wants it up; what had failed is forgotten",
  },
  {
    name: "dial-now", word: "Dial now", fits: (status) => status.state === "WAITING",
    tip: "Skips our own backoff; never the peer's hint, a limit, a breaker or a pause",
  },
  {
    name: "restart", word: "Restart", fits: (status) => status.desired === "UP" && status.state !== "STOPPED",
    tip: "Closes it with 1000, forgets its failures and dials again",
    asks: (status) => ALIVE.has(status.state) && "Its socket is closed with 1000 and dialled again. Messages of the peer may be missed until it is ready.",
  },
  {
    name: "stop", word: "Stop", fits: (status) => status.desired === "UP", hurts: true,
    tip: "Wants it down; spec, status and history stay",
    asks: (status) => `It is ${stateWord(status.state)}. Its socket is closed, and it stays down until somebody starts it.`,
  },
];

/** Buttons for a status; `done` is called after each that was told. */
export function actionButtons(status, done) {
  return ACTIONS.map((action) => h("button", {
    type: "button", title: action.tip, class: action.hurts ? "hurts" : null, data: { action: action.name },
    disabled: !action.fits(status),
    onclick: async (click) => {
      const button = click.currentTarget;
      const consequence = action.asks?.(status);
      if (consequence && !(await confirmed(`${action.word} ${status.id}?`, consequence, action.word))) return;
      button.disabled = true;
      try {
        await post(connectionPath(status.id, `/${action.name}`));
        say(`${status.id} was told to ${action.word.toLowerCase()}.`);
      } catch (thrown) {
        say(thrown.message, true);
      }
      button.disabled = false;
      done();
    },
  }, action.word));
}

/** A line that sends one message. */
export function sendForm(id) {
  const text = h("textarea", { id: "send-text", rows: 2, required: true, placeholder: "Text of one message" });
  const button = h("button", { type: "submit" }, "Send");
  return h("form", {
    class: "send",
    onsubmit: async (submit) => {
      submit.preventDefault();
      button.disabled = true;
      try {
        await post(connectionPath(id, "/messages"), { text: text.value });
        say("Written: handed to the kernel whole.");
        text.value = "";
      } catch (thrown) {
        say(thrown.body?.outcome ? `Not sent (${thrown.body.outcome}): ${thrown.message}` : thrown.message, true);
      }
      button.disabled = false;
    },
  }, h("label", { htmlFor: "send-text" }, "Send a message"), text, button);
}
