package io.flotilla.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a peer does on a connection: steps, performed in order, each begun when the one before is over. A step that sends is
 * over when the kernel has its bytes. Immutable; each method answers a longer script, so that parts can be shared.
 *
 * <pre>{@code
 * Script.upgrade().sendText("hi").awaitText("sub").sendClose(1012, "restart").fin()
 * Script.answer(429).header("Retry-After", "3")
 * Script.inTurn(Script.answer(503), Script.upgrade().after(Duration.ofSeconds(1)).rst(), Script.echo())
 * }</pre>
 *
 * <p>Static methods begin a script, instance methods go on with one. Unless the script says otherwise the peer has manners: once
 * upgraded it answers pings, echoes a close frame and then ends the socket, and ends its side when the client ended its own. A
 * script that is over leaves an upgraded connection open, in these manners; a connection that it did not upgrade it ends by FIN.
 */
public sealed class Script permits AnswerScript {

    private static final int FLOOD_BATCH = 16 * 1024;

    private final List<Step> steps;

    Script(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    List<Step> steps() {
        return steps;
    }

    // Beginnings.

    /** No step at all: where a script begins that begins with none of the others. */
    public static Script empty() {
        return new Script(List.of());
    }

    /** Accepts the handshake, as it should be done. */
    public static AnswerScript upgrade() {
        return empty().thenUpgrade();
    }

    /** Answers with this status and no more headers than Content-Length and Connection: close. */
    public static AnswerScript answer(int status) {
        return empty().thenAnswer(status);
    }

    /** Reads and says nothing, for ever. */
    public static Script silent() {
        return empty().hang();
    }

    /** A good peer that sends back every message. */
    public static Script echo() {
        return upgrade().anySubprotocol().thenEcho();
    }

    /** A good peer that takes every message and says nothing. */
    public static Script discard() {
        return upgrade().anySubprotocol();
    }

    /** A good peer that sends {@code {"tick":1}}, {@code {"tick":2}} and so on, the first one at once. */
    public static Script ticker(Duration interval) {
        return upgrade().anySubprotocol().thenTick(interval, n -> "{\"tick\":" + n + "}");
    }

    /** A good peer that answers each text containing {@code subscribe} with {@code subscribed}. */
    public static Script subscription() {
        return upgrade().anySubprotocol().onText("subscribe", "subscribed");
    }

    /** The first dial gets the first script, the second the second; the last one stays. Counted for each request target. */
    public static Script inTurn(Script... scripts) {
        if (scripts.length == 0) {
            throw new IllegalArgumentException("Scripts must be at least one");
        }
        List<Script> turns = List.of(scripts);
        return perAttempt(attempt -> turns.get(Math.min(attempt, turns.size()) - 1));
    }

    /** Chooses by the number of the dial, from 1, counted for each request target; called on an event loop. */
    public static Script perAttempt(IntFunction<Script> choice) {
        Object turn = new Object();
        return empty().then("per attempt", strand -> {
            int attempt = strand.conversation()
                    .harbour()
                    .nextTurn(turn, strand.conversation().target());
            strand.insert(choice.apply(attempt).steps());
            return true;
        });
    }

    /** Chooses by what the client asks; called on an event loop. */
    public static Script perRequest(Function<UpgradeRequest, Script> choice) {
        return empty().then(
                        "per request",
                        strand -> awaitRequest(strand, request -> {
                            strand.insert(choice.apply(request).steps());
                            return true;
                        }));
    }

    // The answer.

    /** See {@link #upgrade()}. */
    public final AnswerScript thenUpgrade() {
        return new AnswerScript(steps, Answer.upgrade());
    }

    /** See {@link #answer(int)}; with a status from 100 to 199 more answers may follow. */
    public final AnswerScript thenAnswer(int status) {
        return new AnswerScript(steps, Answer.of(status));
    }

    /** From here on what the client sends is read as frames, though no answer of this script's made it so. */
    public final Script asUpgraded() {
        return does("as upgraded", conversation -> conversation.upgraded(false));
    }

    // Frames.

    public final Script sendText(String text) {
        return sendFrame(WireFrame.text(text));
    }

    /** Sends a text made of its number on this connection: 1 for the first one sent by this method, then 2. */
    public final Script sendText(LongFunction<String> text) {
        return then("send numbered text", strand -> {
            Conversation conversation = strand.conversation();
            byte[] frame = WireFrame.text(text.apply(conversation.nextNumber())).bytes();
            return conversation.send(frame, strand);
        });
    }

    public final Script sendBinary(byte... bytes) {
        return sendFrame(WireFrame.binary(bytes));
    }

    public final Script sendPing(byte... payload) {
        return sendFrame(WireFrame.ping(payload));
    }

    public final Script sendPong(byte... payload) {
        return sendFrame(WireFrame.pong(payload));
    }

    /** Sends a close frame without a code. */
    public final Script sendClose() {
        return sendFrame(WireFrame.close());
    }

    /** Sends a close frame with any code, legal or not. The socket ends when the client echoes it. */
    public final Script sendClose(int code, String reason) {
        return sendFrame(WireFrame.close(code, reason));
    }

    public final Script sendFrame(WireFrame frame) {
        byte[] bytes = frame.bytes();
        return then("send " + frame, strand -> {
            if (frame.opcode() == WireFrame.CLOSE) {
                strand.conversation().closeSent();
            }
            return strand.conversation().send(bytes, strand);
        });
    }

    /** Sends the first bytes of a frame. */
    public final Script sendPart(WireFrame frame, int bytes) {
        return sendRaw(Arrays.copyOf(frame.bytes(), bytes));
    }

    /** Sends this frame again and again, as fast as the client reads. */
    public final Script flood(WireFrame frame) {
        byte[] one = frame.bytes();
        byte[] batch = new byte[one.length * Math.max(1, FLOOD_BATCH / one.length)];
        for (int at = 0; at < batch.length; at += one.length) {
            System.arraycopy(one, 0, batch, at, one.length);
        }
        return forever(empty().sendRaw(batch));
    }

    /** Sends a numbered text at once and then each interval, for ever. */
    public final Script thenTick(Duration interval, LongFunction<String> text) {
        return forever(empty().sendText(text).after(interval));
    }

    // Bytes, beneath all rules.

    /** Sends these bytes; inside TLS where there is TLS. */
    public final Script sendRaw(byte... bytes) {
        byte[] copy = bytes.clone();
        return then(
                "send " + copy.length + " bytes",
                strand -> strand.conversation().send(copy, strand));
    }

    /** Sends these characters as ISO-8859-1. */
    public final Script sendRaw(String text) {
        return sendRaw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends these bytes right to the socket, in the middle of TLS where there is TLS. */
    public final Script sendUnderTls(byte... bytes) {
        byte[] copy = bytes.clone();
        return then(
                "send " + copy.length + " bytes under TLS",
                strand -> strand.awaitWritten(strand.conversation().wire().write(copy)));
    }

    /** What is sent from here leaves in one piece: until {@link #flush}, or until the script waits or is over. */
    public final Script cork() {
        return does("cork", Conversation::cork);
    }

    /** Ends {@link #cork}. */
    public final Script flush() {
        return does("flush", Conversation::uncork);
    }

    /** From here bytes leave in pieces of this size, one each interval; TLS's and the manners' own too. */
    public final Script trickle(int bytes, Duration interval) {
        return shape("trickle", Wire.Shape.trickle(positive(bytes), interval));
    }

    /** This many more bytes leave, then none for a while, then all the rest; counted beneath TLS. */
    public final Script pauseAfter(int bytes, Duration pause) {
        return shape("pause after " + bytes, Wire.Shape.pauseAfter(positive(bytes), pause));
    }

    /** This many more bytes leave; what is sent after them is swallowed, though its steps go on. Counted beneath TLS. */
    public final Script cutAfter(int bytes) {
        return shape("cut after " + bytes, Wire.Shape.cutAfter(bytes));
    }

    /** Ends {@link #trickle}, {@link #pauseAfter} and {@link #cutAfter}. */
    public final Script fullSpeed() {
        return shape("full speed", Wire.Shape.OPEN);
    }

    private Script shape(String name, Wire.Shape shape) {
        return does(name, conversation -> conversation.wire().shape(shape));
    }

    // TLS.

    /** Starts TLS; over when the handshake is done, or when a {@link #cutAfter} before it is reached. */
    public final Script startTls(HarbourTls tls) {
        return then("start TLS", strand -> strand.conversation().startTls(tls, strand));
    }

    /** Sends a fatal alert in the clear: what a peer says to a ClientHello that it does not like. */
    public final Script tlsAlert(int description) {
        return sendUnderTls(TlsRecords.fatalAlert(description));
    }

    /**
     * Sends a ServerHello that chose this version and cipher, offered or not.
     *
     * @param version 0x0303 for TLS 1.2, 0x0302 for 1.1, 0x0300 for SSL 3
     * @param cipherSuite its number
     */
    public final Script serverHello(int version, int cipherSuite) {
        return sendUnderTls(TlsRecords.serverHello(version, cipherSuite));
    }

    // Waiting.

    /** Does nothing for this long; frames are still answered by manners and reactions. */
    public final Script after(Duration length) {
        return then("after " + length, strand -> strand.pause(length));
    }

    /** Never goes on. */
    public final Script hang() {
        return then("hang", strand -> false);
    }

    /** Waits for a text message, not waited for before, that contains this. */
    public final Script awaitText(String part) {
        return awaitFrame(frame -> frame.isText() && frame.text().contains(part));
    }

    /** Waits for a frame, not waited for before, of the client's. */
    public final Script awaitFrame(Predicate<ClientFrame> wanted) {
        return then("await frame", strand -> strand.awaitFrame(wanted));
    }

    /** Waits for the client's close frame. */
    public final Script awaitClose() {
        return then("await close", strand -> strand.awaitFrame(ClientFrame::isClose));
    }

    /** Waits until this many bytes came over the socket since it was accepted; counted beneath TLS. */
    public final Script awaitBytes(int bytes) {
        return then(
                "await " + bytes + " bytes",
                strand -> strand.awaitUntil(() -> strand.conversation().wire().bytesIn() >= bytes));
    }

    /** Waits for so many bytes and takes them off: what follows them is as if they had not come. See {@link Peer#taken}. */
    public final Script takeBytes(int bytes) {
        return then(
                "take " + bytes + " bytes",
                strand -> strand.awaitUntil(() -> strand.conversation().intake().takeOff(bytes)));
    }

    /** The same for a head, up to its empty line: what is said to a proxy, for example. */
    public final Script takeHead() {
        return then(
                "take a head", strand -> strand.awaitUntil(strand.conversation().intake()::takeHeadOff));
    }

    /** Waits for the client's FIN; see {@link #ignoreFin}. */
    public final Script awaitFin() {
        return then("await FIN", strand -> strand.awaitUntil(strand.conversation()::isInputEnded));
    }

    // Over and over.

    public final Script repeat(int times, Script body) {
        List<Step> all = new ArrayList<>(steps);
        for (int i = 0; i < times; i++) {
            all.addAll(body.steps);
        }
        return new Script(all);
    }

    /** Performs the body again and again until the connection ends. */
    public final Script forever(Script body) {
        if (body.steps.isEmpty()) {
            throw new IllegalArgumentException("Script to repeat forever must have a step");
        }
        List<Step> loop = new ArrayList<>(body.steps);
        loop.add(new Step("again", strand -> {
            strand.insert(loop);
            return true;
        }));
        return then(new Script(loop));
    }

    /** Goes on with another script. */
    public final Script then(Script more) {
        List<Step> all = new ArrayList<>(steps);
        all.addAll(more.steps);
        return new Script(all);
    }

    // Reactions: from here on, besides the script.

    /** Sends back every text, binary and continuation frame, as it came. */
    public final Script thenEcho() {
        return react("echo", (conversation, frame) -> {
            if (frame.isData()) {
                conversation.echo(frame);
            }
        });
    }

    /** Answers each text message that contains this with these. */
    public final Script onText(String part, String... replies) {
        Script reply = empty();
        for (String text : replies) {
            reply = reply.sendText(text);
        }
        return onText(text -> text.contains(part), reply);
    }

    /** Performs a script at each text message that matches. */
    public final Script onText(Predicate<String> wanted, Script reply) {
        return onFrame(frame -> frame.isText() && wanted.test(frame.text()), frame -> reply);
    }

    /** Performs a script, made of the frame, at each frame that matches. */
    public final Script onFrame(Predicate<ClientFrame> wanted, Function<ClientFrame, Script> reply) {
        return react("on frame", (conversation, frame) -> {
            if (wanted.test(frame)) {
                conversation.perform(reply.apply(frame).steps());
            }
        });
    }

    private Script react(String name, Conversation.Reaction reaction) {
        return does(name, conversation -> conversation.react(reaction));
    }

    // Manners to lose.

    /** From here on pings get no pong. */
    public final Script ignorePings() {
        return manners("ignore pings", Conversation.Manner.ANSWER_PINGS);
    }

    /** From here on a close frame of the client's is not echoed, and does not end the socket. */
    public final Script ignoreClose() {
        return manners("ignore close", Conversation.Manner.ANSWER_CLOSE);
    }

    /** From here on the client's FIN does not end the socket. */
    public final Script ignoreFin() {
        return manners("ignore FIN", Conversation.Manner.ANSWER_FIN);
    }

    private Script manners(String name, Conversation.Manner lost) {
        return does(name, conversation -> conversation.lose(lost));
    }

    /**
     * Reads no more: the client's bytes fill the kernel's buffers (see {@link Harbour.Builder#receiveBuffer}), and neither its FIN
     * nor its RST is seen any more.
     */
    public final Script stopReading() {
        return does("stop reading", conversation -> conversation.reading(false));
    }

    public final Script resumeReading() {
        return does("resume reading", conversation -> conversation.reading(true));
    }

    // Endings.

    /** Ends our side: close_notify where there is TLS, then FIN. The socket is gone with the client's FIN, at most 10 s later. */
    public final Script fin() {
        return then("FIN", strand -> strand.conversation().endOutput(true, Wire.LINGER, strand));
    }

    /** Like {@link #fin}, without close_notify: what a TLS client must take for a cut. */
    public final Script finWithoutNotify() {
        return then("bare FIN", strand -> strand.conversation().endOutput(false, Wire.LINGER, strand));
    }

    /** Ends our side and goes on reading for as long as the client likes. */
    public final Script halfClose() {
        return then("half close", strand -> strand.conversation().endOutput(true, Duration.ZERO, strand));
    }

    /** Resets the connection. */
    public final Script rst() {
        return then("RST", strand -> {
            strand.conversation().reset();
            return false;
        });
    }

    /** A step that is over at once. */
    private Script does(String name, Consumer<Conversation> action) {
        return then(name, strand -> {
            action.accept(strand.conversation());
            return true;
        });
    }

    final Script then(String name, Step.Action action) {
        List<Step> all = new ArrayList<>(steps);
        all.add(new Step(name, action));
        return new Script(all);
    }

    /** Goes on with the request, once it is there. */
    static boolean awaitRequest(Strand strand, Predicate<UpgradeRequest> use) {
        UpgradeRequest request = strand.conversation().request();
        if (request != null) {
            return use.test(request);
        }
        strand.insert(List.of(new Step("use request", again -> awaitRequest(again, use))));
        return strand.awaitUntil(() -> strand.conversation().request() != null);
    }

    private static int positive(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("Bytes [" + bytes + "] must be at least 1");
        }
        return bytes;
    }

    @Override
    public String toString() {
        return steps.stream().map(Step::name).collect(Collectors.joining(", ", "[", "]"));
    }
}
