package io.flotilla.connection;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.NoneSink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.FakeTransport;
import io.flotilla.testkit.FakeTransport.FakeLink;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.LinkListener;
import io.flotilla.transport.Opened;
import io.flotilla.transport.Traffic;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** An outbox on manual time, links that do what a test says, and what became of each message. */
final class Senders {

    /** A message, and what it heard of itself. */
    static final class Sent {
        final String text;
        final Queue<SendOutcome> outcomes = new ConcurrentLinkedQueue<>();

        Sent(String text) {
            this.text = text;
        }

        /** What became of it; it must have heard exactly once. */
        SendOutcome outcome() {
            if (outcomes.size() != 1) {
                throw new AssertionError(text + " heard " + outcomes);
            }
            return outcomes.element();
        }

        boolean isPending() {
            return outcomes.isEmpty();
        }
    }

    final SendTally tally = new SendTally();
    final ManualAlarm time = new ManualAlarm();
    final Outbox outbox;
    private final FakeTransport transport = new FakeTransport();
    private final AtomicLong generations = new AtomicLong();

    Senders(Settings.Send settings) {
        outbox = new Outbox(settings, tally, time);
    }

    Sent send(String text) {
        return send(Frame.text(text), text);
    }

    Sent sendControl(String text) {
        return send(Frame.text(text).asControl(), text);
    }

    private Sent send(Frame frame, String text) {
        Sent sent = new Sent(text);
        outbox.offer(frame, sent.outcomes::add);
        return sent;
    }

    /** A link that is not yet ready. */
    FakeLink link() {
        return (FakeLink) transport.dial(new Dial(
                ConnectionSpec.of("sender", "ws://peer.test/"),
                generations.incrementAndGet(),
                Optional.empty(),
                Optional.empty(),
                NoneSink.INSTANCE,
                new Deaf(),
                new Traffic()));
    }

    /** A link through which messages leave from now on. */
    FakeLink ready() {
        FakeLink link = link();
        outbox.attach(link);
        return link;
    }

    /** The link is lost, and the connection has heard of it. */
    void lose(FakeLink link) {
        link.end(FailureKind.LOST);
        outbox.detach();
    }

    private static final class Deaf implements LinkListener {
        @Override
        public void opened(Opened opened) {}

        @Override
        public void ended(Failure failure) {}

        @Override
        public void sinkFailed(Throwable thrown) {}
    }
}
