package io.flotilla.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A script whose last step answers the handshake; the methods here say how. */
public final class AnswerScript extends Script {

    private final List<Step> before;
    private final Answer answer;

    AnswerScript(List<Step> before, Answer answer) {
        super(with(before, answer));
        this.before = before;
        this.answer = answer;
    }

    private static List<Step> with(List<Step> before, Answer answer) {
        List<Step> all = new ArrayList<>(before);
        all.add(new Step(
                "answer " + answer.status(),
                strand -> awaitRequest(strand, request -> {
                    if (answer.status() == 101) {
                        strand.conversation().upgraded(answer.agreesExtensions());
                    }
                    return strand.conversation().send(answer.bytes(request), strand);
                })));
        return all;
    }

    private AnswerScript change(UnaryOperator<Answer> change) {
        return new AnswerScript(before, change.apply(answer));
    }

    /** Adds a header. */
    public AnswerScript header(String name, String value) {
        return change(answer -> answer.adding(name, value));
    }

    /** Puts another value in the place of a header that would be there by itself, or adds it. */
    public AnswerScript replacing(String name, String value) {
        return change(answer -> answer.without(name).adding(name, value));
    }

    /** Leaves out a header that would be there by itself. */
    public AnswerScript without(String name) {
        return change(answer -> answer.without(name));
    }

    /** Says this subprotocol, offered or not. */
    public AnswerScript subprotocol(String name) {
        return header("Sec-WebSocket-Protocol", name);
    }

    /** Says the first subprotocol that the client offers, if it offers any. */
    public AnswerScript anySubprotocol() {
        return change(Answer::choosing);
    }

    /** Says this in Sec-WebSocket-Extensions, offered or not; reserved bits of the client's are no violation then. */
    public AnswerScript extension(String value) {
        return header("Sec-WebSocket-Extensions", value);
    }

    /** Another first line, without its line end. */
    public AnswerScript statusLine(String line) {
        return change(answer -> answer.beginning(line));
    }

    /** A body, in UTF-8; Content-Length says its size. */
    public AnswerScript body(String text) {
        return change(answer -> answer.containing(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The answer's first bytes leave, the others a pause later. What is sent after the answer is not held back. */
    public Script splitAt(int offset, Duration pause) {
        return new Script(before)
                .then(
                        "answer " + answer.status() + " in two",
                        strand -> awaitRequest(strand, request -> {
                            if (answer.status() == 101) {
                                strand.conversation().upgraded(answer.agreesExtensions());
                            }
                            byte[] bytes = answer.bytes(request);
                            int middle = Math.min(offset, bytes.length);
                            strand.insert(Script.empty()
                                    .sendRaw(java.util.Arrays.copyOf(bytes, middle))
                                    .after(pause)
                                    .sendRaw(java.util.Arrays.copyOfRange(bytes, middle, bytes.length))
                                    .steps());
                            return true;
                        }));
    }
}
