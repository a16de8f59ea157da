package io.flotilla.testkit;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection that a {@link Harbour} accepted: what the client did on it, and a handle to make the peer do more. Safe from any
 * thread. Whatever awaits gives up after the harbour's patience with an {@link AssertionError} that tells what was seen instead.
 */
public final class Peer {

    /** Bytes of payload that are remembered of one connection, the newest frame always. */
    private static final long MAX_REMEMBERED_BYTES = 64L << 20;

    private static final int MAX_VIOLATIONS = 100;

    /** A peer's own script must find a frame that came a moment before it awaited it, even if nothing else is remembered. */
    private static final int MIN_REMEMBERED = 8;

    private final Conversation conversation;
    private final int number;
    private final int remembered;
    private final InetSocketAddress remote;
    private final Instant acceptedAt = Instant.now();

    private final ArrayDeque<ClientFrame> frames = new ArrayDeque<>(0);
    private long framesForgotten;
    private long bytesRemembered;
    private long nextFrame;
    private final List<String> taken = new ArrayList<>(0);
    private final List<String> violations = new ArrayList<>(0);
    private @Nullable UpgradeRequest request;
    private boolean upgraded;
    private @Nullable TlsSeen tls;
    private @Nullable Throwable tlsFailure;
    private @Nullable Throwable scriptFailure;
    private @Nullable Ending ending;
    private boolean closed;

    Peer(Conversation conversation, int number, int remembered) {
        this.conversation = conversation;
        this.number = number;
        this.remembered = Math.max(MIN_REMEMBERED, remembered);
        this.remote = (InetSocketAddress) conversation.channel().remoteAddress();
    }

    /** Its number in the order of acceptance, from 1. */
    public int number() {
        return number;
    }

    /** The client's end of the socket. */
    public InetSocketAddress remote() {
        return remote;
    }

    public Instant acceptedAt() {
        return acceptedAt;
    }

    // The request.

    public synchronized Optional<UpgradeRequest> request() {
        return Optional.ofNullable(request);
    }

    public UpgradeRequest awaitRequest() {
        return await(() -> Optional.ofNullable(request), "the request");
    }

    /** Whether a handshake was answered with 101. */
    public synchronized boolean isUpgraded() {
        return upgraded;
    }

    public Peer awaitUpgraded() {
        return await(() -> upgraded ? Optional.of(this) : Optional.empty(), "the upgrade");
    }

    /** What scripts took off by {@link Script#takeBytes} and {@link Script#takeHead}, as ISO-8859-1. */
    public synchronized List<String> taken() {
        return List.copyOf(taken);
    }

    /** Waits until scripts took so many pieces off. */
    public List<String> awaitTaken(int pieces) {
        return await(
                () -> taken.size() >= pieces ? Optional.of(List.copyOf(taken)) : Optional.empty(), pieces + " pieces");
    }

    // Frames.

    /** The frames that came, oldest first, as far back as the harbour remembers them. */
    public synchronized List<ClientFrame> frames() {
        return List.copyOf(frames);
    }

    /** The text messages among {@link #frames}. */
    public List<String> texts() {
        return frames().stream()
                .filter(ClientFrame::isText)
                .map(ClientFrame::text)
                .toList();
    }

    /** How many frames came. */
    public synchronized long framesIn() {
        return framesForgotten + frames.size();
    }

    /** The next frame that this method did not answer before. */
    public ClientFrame nextFrame() {
        return await(
                () -> {
                    long index = Math.max(nextFrame, framesForgotten);
                    if (index >= framesIn()) {
                        return Optional.empty();
                    }
                    nextFrame = index + 1;
                    return frames.stream().skip(index - framesForgotten).findFirst();
                },
                "a frame");
    }

    /** The first frame of those remembered and to come that is wanted. */
    public ClientFrame awaitFrame(Predicate<ClientFrame> wanted) {
        return awaitFrame(wanted, "a frame");
    }

    /** The first text message, of those remembered and to come, that contains this. */
    public ClientFrame awaitText(String part) {
        return awaitFrame(frame -> frame.isText() && frame.text().contains(part), "a text with [" + part + "]");
    }

    /** The client's close frame. */
    public ClientFrame awaitClose() {
        return awaitFrame(ClientFrame::isClose, "a close frame");
    }

    /** Waits until this many frames came. */
    public Peer awaitFrames(long count) {
        return await(() -> framesIn() >= count ? Optional.of(this) : Optional.empty(), count + " frames");
    }

    private ClientFrame awaitFrame(Predicate<ClientFrame> wanted, String what) {
        return await(() -> frames.stream().filter(wanted).findFirst(), what);
    }

    // TLS.

    /** What TLS agreed on, once its handshake is done. */
    public synchronized Optional<TlsSeen> tls() {
        return Optional.ofNullable(tls);
    }

    public TlsSeen awaitTls() {
        return await(() -> Optional.ofNullable(tls), "TLS");
    }

    /** Why the TLS handshake failed: what the client's alert said, for example. */
    public Throwable awaitTlsFailure() {
        return await(() -> Optional.ofNullable(tlsFailure), "a TLS failure");
    }

    // The end.

    /** How the socket ended; empty while the client has not ended its side. */
    public synchronized Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    public Ending awaitEnd() {
        return await(() -> Optional.ofNullable(ending), "the end");
    }

    /** Whether the harbour's socket is still there. */
    public synchronized boolean isOpen() {
        return !closed;
    }

    // Counts and complaints.

    /** Bytes that came over the socket, counted beneath TLS. */
    public long bytesIn() {
        return conversation.wire().bytesIn();
    }

    /** Bytes that left, counted beneath TLS. */
    public long bytesOut() {
        return conversation.wire().bytesOut();
    }

    /** What the client did against RFC 6455, the first hundred; empty for a good client. */
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** What a function given to a script threw; then the connection was closed. */
    public synchronized Optional<Throwable> scriptFailure() {
        return Optional.ofNullable(scriptFailure);
    }

    // Doing more.

    /**
     * Performs a script on this connection, besides the one that it has.
     *
     * @return done when its last step is over, failed when the connection ends first
     */
    public CompletionStage<Void> perform(Script script) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (conversation.channel().isOpen()) {
            conversation.execute(() -> conversation.perform(script.steps(), () -> done.complete(null)));
        }
        conversation
                .channel()
                .closeFuture()
                .addListener(gone ->
                        done.completeExceptionally(new IllegalStateException("Connection ended before " + script)));
        return done;
    }

    /** Sends a text and returns when the kernel has it. */
    public void sendText(String text) {
        finish(Script.empty().sendText(text));
    }

    /** Sends a frame and returns when the kernel has it. */
    public void send(WireFrame frame) {
        finish(Script.empty().sendFrame(frame));
    }

    /** Sends a close frame and returns when the kernel has it. The socket ends with the client's answer. */
    public void sendClose(int code, String reason) {
        finish(Script.empty().sendClose(code, reason));
    }

    /** Ends the peer's side; see {@link Script#fin}. */
    public void fin() {
        finish(Script.empty().fin());
    }

    /** Resets the connection and returns when the socket is gone. */
    public void rst() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        conversation.channel().closeFuture().addListener(gone -> done.complete(null));
        if (conversation.channel().isOpen()) {
            conversation.execute(conversation::reset);
        }
        get(done, "RST");
    }

    private void finish(Script script) {
        get(perform(script).toCompletableFuture(), script.toString());
    }

    private void get(CompletableFuture<Void> done, String what) {
        try {
            done.get(conversation.harbour().patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("Performed " + what + " in vain; " + this, e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted at " + what, e);
        }
    }

    private <T> T await(Supplier<Optional<T>> wanted, String what) {
        return Patience.await(this, conversation.harbour().patience(), wanted, what, this::toString);
    }

    // What the conversation tells.

    /** The index, counted from the first frame of all, of the first wanted frame at or after an index; -1 when there is none. */
    synchronized long find(long from, Predicate<ClientFrame> wanted) {
        long index = framesForgotten;
        for (ClientFrame frame : frames) {
            if (index >= from && wanted.test(frame)) {
                return index;
            }
            index++;
        }
        return -1;
    }

    synchronized void received(ClientFrame frame) {
        frames.addLast(frame);
        bytesRemembered += frame.payload().length;
        while (frames.size() > remembered || (frames.size() > 1 && bytesRemembered > MAX_REMEMBERED_BYTES)) {
            bytesRemembered -= frames.removeFirst().payload().length;
            framesForgotten++;
        }
        notifyAll();
    }

    synchronized void requested(UpgradeRequest seen) {
        request = seen;
        notifyAll();
    }

    synchronized void took(String bytes) {
        taken.add(bytes);
        notifyAll();
    }

    synchronized void wasUpgraded() {
        upgraded = true;
        notifyAll();
    }

    synchronized void secured(TlsSeen seen) {
        tls = seen;
        notifyAll();
    }

    synchronized void tlsFailed(Throwable cause) {
        tlsFailure = cause;
        notifyAll();
    }

    synchronized void violated(String what) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(what);
        }
    }

    synchronized void scriptFailed(Throwable cause) {
        scriptFailure = cause;
    }

    /** The first word counts. */
    synchronized void ended(Ending.How how) {
        if (ending == null) {
            ending = new Ending(how, Instant.now());
            notifyAll();
        }
    }

    synchronized void closed() {
        closed = true;
        notifyAll();
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder("connection " + number + " from " + remote);
        text.append(request == null ? ", no request" : ", " + request);
        text.append(upgraded ? ", upgraded" : "");
        text.append(tlsFailure == null ? "" : ", TLS failed: " + tlsFailure);
        text.append(", ").append(framesIn()).append(" frames");
        frames.stream()
                .skip(Math.max(0, frames.size() - 5))
                .forEach(frame -> text.append(", ").append(frame));
        text.append(violations.isEmpty() ? "" : ", violations " + violations);
        text.append(scriptFailure == null ? "" : ", script failed: " + scriptFailure);
        return text.append(ending == null ? ", open" : ", ended " + ending).toString();
    }
}
