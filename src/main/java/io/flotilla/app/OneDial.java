package io.flotilla.app;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.Dial;
import io.flotilla.transport.DialObserver;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.flotilla.transport.LinkListener;
import io.flotilla.transport.Opened;
import io.flotilla.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A transport that dials once, and lets somebody hear the steps of that dial; a second dial ends at once, without a socket. */
record OneDial(Transport transport, Consumer<Dial> begins, DialObserver observer, AtomicBoolean dialed)
        implements Transport {

    /** @param begins hears of the dial before it begins */
    OneDial(Transport transport, Consumer<Dial> begins, DialObserver observer) {
        this(transport, begins, observer, new AtomicBoolean());
    }

    @Override
    public Link dial(Dial dial) {
        if (dialed.compareAndSet(false, true)) {
            begins.accept(dial);
            return transport.dial(dial.heardBy(new Observed(dial.listener(), observer)));
        }
        dial.listener()
                .ended(Failure.of(
                        FailureKind.DRAINED,
                        "a probe dials once",
                        new Evidence.Builder().generation(dial.generation()).build()));
        return new NoLink(dial.generation());
    }

    @Override
    public CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
        return transport.renewKey(spec, rejected);
    }

    @Override
    public void close() {
        transport.close();
    }

    private record Observed(LinkListener listener, DialObserver watching) implements LinkListener {
        @Override
        public void opened(Opened opened) {
            listener.opened(opened);
        }

        @Override
        public void ended(Failure failure) {
            listener.ended(failure);
        }

        @Override
        public void sinkFailed(Throwable thrown) {
            listener.sinkFailed(thrown);
        }

        @Override
        public void consumerSlow(long stalls, long dropped) {
            listener.consumerSlow(stalls, dropped);
        }

        @Override
        public Optional<DialObserver> observer() {
            return Optional.of(watching);
        }
    }

    private record NoLink(long generation) implements Link {
        @Override
        public void send(Frame frame, Written outcome) {
            outcome.done(false);
        }

        @Override
        public void close(FailureKind why, int code, String reason, Duration flush) {}

        @Override
        public void abort(FailureKind why) {}
    }
}
