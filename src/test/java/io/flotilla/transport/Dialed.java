package io.flotilla.transport;

import io.flotilla.failure.Failure;
import io.flotilla.sink.Inbound;
import io.flotilla.sink.Sink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** One dial of a test: its sink and its listener, which remember everything. */
public final class Dialed implements LinkListener, Sink {

    /** Generous: only what is broken takes so long. */
    private static final long PATIENCE_SECONDS = 60;

    private final List<Inbound> messages = new ArrayList<>();
    private final List<Throwable> thrown = new ArrayList<>();
    private final List<String> order = new ArrayList<>();
    private final CompletableFuture<Opened> opened = new CompletableFuture<>();
    private final CompletableFuture<Failure> ended = new CompletableFuture<>();
    private final Traffic traffic = new Traffic();
    private Moved moved = new Moved();
    private boolean homebound;
    private Function<Inbound, CompletionStage<Void>> answers = message -> MORE;
    private final CompletableFuture<Link> link = new CompletableFuture<>();

    /** Dials; messages are taken as fast as they come. */
    public static Dialed dial(Transport transport, ConnectionSpec spec) {
        return new Dialed().to(transport, spec);
    }

    /** What the sink does with each message. */
    public Dialed answering(Function<Inbound, CompletionStage<Void>> answer) {
        this.answers = answer;
        return this;
    }

    /** Its first messages are for no other origin. */
    public Dialed homebound() {
        this.homebound = true;
        return this;
    }

    /** What the dials before it were told for good. */
    public Dialed knowing(Moved before) {
        this.moved = before;
        return this;
    }

    public Dialed to(Transport transport, ConnectionSpec spec) {
        return to(transport, spec, Optional.empty(), Optional.empty());
    }

    public Dialed to(
            Transport transport, ConnectionSpec spec, Optional<Secret> credential, Optional<InetSocketAddress> avoid) {
        link.complete(transport.dial(new Dial(
                spec, 7, credential, avoid, this, this, traffic, moved, homebound || Dial.saysCredential(spec))));
        return this;
    }

    /** The link; a sink may be called before the dial has returned it, and waits that moment. */
    public Link link() {
        return get(link, "the link");
    }

    public Traffic traffic() {
        return traffic;
    }

    public Opened awaitOpened() {
        CompletableFuture<Object> either = CompletableFuture.anyOf(opened, ended);
        Object first = get(either, "opened");
        if (first instanceof Opened done) {
            return done;
        }
        throw new AssertionError("Expected the link to open, but it ended: " + first + " " + evidence(first));
    }

    private static Object evidence(Object failure) {
        return failure instanceof Failure ended ? ended.evidence() : "";
    }

    public Failure awaitEnded() {
        return get(ended, "ended");
    }

    public boolean hasEnded() {
        return ended.isDone();
    }

    /** Waits until so many messages have come. */
    public List<Inbound> awaitMessages(int count) {
        await(
                () -> messages().size() >= count,
                () -> count + " messages; came " + messages().size());
        return messages();
    }

    public synchronized List<Inbound> messages() {
        return List.copyOf(messages);
    }

    public List<String> texts() {
        return messages().stream().filter(Inbound::isText).map(Inbound::text).toList();
    }

    /** What the listener heard that a sink threw. */
    public synchronized List<Throwable> thrown() {
        return List.copyOf(thrown);
    }

    /** The calls of the listener and the sink, in order. */
    public synchronized List<String> order() {
        return List.copyOf(order);
    }

    public CompletableFuture<Boolean> send(Frame frame) {
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        link().send(frame, written::complete);
        return written;
    }

    /** Sends and waits for the answer. */
    public boolean sendNow(Frame frame) {
        return get(send(frame), "the answer to a send");
    }

    /** Waits for a condition that some event brings about. */
    public static void await(BooleanSupplier condition, java.util.function.Supplier<String> what) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("Waited in vain for " + what.get());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    public static <T> T get(CompletableFuture<T> future, String what) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("Waited in vain for " + what, late);
        } catch (Exception failed) {
            throw new AssertionError("Failed: " + what, failed);
        }
    }

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        synchronized (this) {
            messages.add(message);
            order.add("message");
        }
        return answers.apply(message);
    }

    @Override
    public void opened(Opened how) {
        note("opened");
        opened.complete(how);
    }

    @Override
    public void ended(Failure failure) {
        note("ended");
        ended.complete(failure);
    }

    @Override
    public void silent(boolean again) {
        note(again ? "silent again" : "silent");
    }

    @Override
    public void dataAgain() {
        note("data again");
    }

    @Override
    public synchronized void sinkFailed(Throwable what) {
        thrown.add(what);
    }

    @Override
    public void consumerSlow(long stalls, long dropped) {
        note("slow");
    }

    private synchronized void note(String what) {
        order.add(what);
    }
}
