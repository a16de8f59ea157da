package io.flotilla.app;

import io.flotilla.Fleet;
import io.flotilla.FleetBuilder;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.FleetSettings;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.transport.DialStep;
import io.flotilla.transport.KnownSecrets;
import io.flotilla.transport.Opened;
import io.flotilla.transport.Transport;
import io.flotilla.transport.netty.NettyTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A fleet of one connection that dials once: what it meets, and what the same machinery that {@code run} is made of decides about it.
 * Used once, by one thread.
 */
final class Probing {

    private static final int MOST_MESSAGES = 10;
    private static final int SHOWN = 200;

    /** What everything but the deadlines of the spec may take: threads that start, a repair. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final Duration CLOSE = Duration.ofSeconds(1);

    /** Hears what is met, while it is met. */
    interface Watcher {
        /** The probe begins. */
        void begins(ConnectionSpec spec, String transport, Instant at);

        void met(ProbeReport.Step step);

        void opened(Opened opened);

        /** What {@code ready-when} waits for came, so long after the upgrade. */
        void ready(Duration after);

        void message(ProbeReport.Message message);
    }

    /** What the threads of the fleet tell this one. */
    private sealed interface Heard {}

    private record Met(ProbeReport.Step step) implements Heard {}

    private record Happened(ConnectionEvent event) implements Heard {}

    private record Came(Inbound message) implements Heard {}

    private final ConnectionSpec spec;
    private final Duration wait;
    private final Watcher watcher;
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final AtomicLong messagesIn = new AtomicLong();
    private final List<ProbeReport.Step> steps = new ArrayList<>();
    private final List<ProbeReport.Message> messages = new ArrayList<>();
    private final Instant at = Instant.now();

    /** The moment that the times of the steps count from. */
    private volatile Instant dialedAt = at;

    private String transport;
    private volatile KnownSecrets masks = KnownSecrets.NONE;

    private @Nullable Opened opened;
    private @Nullable Instant openAt;
    private @Nullable Instant readyAt;
    private @Nullable Instant closingAt;
    private @Nullable Instant endedAt;
    private @Nullable Failure end;
    private @Nullable ConnectionEvent next;
    private boolean stopped;

    /** @param wait how long it stays open for messages */
    Probing(ConnectionSpec spec, Duration wait, Watcher watcher) {
        this.spec = spec.with(change -> change.sink(ConnectionSpec.SINK_HANDLER).desired(Desired.UP));
        this.transport = spec.transport();
        this.wait = wait;
        this.watcher = watcher;
    }

    /**
     * Dials, and returns when everything is over.
     *
     * @param parts a builder with the credentials that the spec names
     */
    ProbeReport dial(FleetBuilder parts, FleetSettings settings) throws InterruptedException {
        Fleet fleet = parts.settings(settings)
                .around(spec.transport(), this::dialingOnce)
                .onMessage(this::came)
                .onEvent(this::happened)
                .start();
        try {
            watcher.begins(spec, transport, at);
            fleet.put(spec).toCompletableFuture().get(GRACE.toSeconds(), TimeUnit.SECONDS);
            follow(fleet);
        } catch (ExecutionException refused) {
            throw new Main.Failed(String.valueOf(Failures.unwrap(refused).getMessage()), refused);
        } catch (TimeoutException e) {
            throw new Main.Failed("The fleet did not start within " + Durations.shown(GRACE), e);
        } finally {
            fleet.close(CLOSE);
        }
        return report();
    }

    private Transport dialingOnce(Transport dialer) {
        if (dialer instanceof NettyTransport netty) {
            transport = netty.describe();
        }
        return new OneDial(dialer, dial -> masks = KnownSecrets.of(dial), this::met);
    }

    private void met(Duration after, DialStep step) {
        if (dialedAt.equals(at)) {
            dialedAt = Instant.now().minus(after);
        }
        heard.add(new Met(new ProbeReport.Step(after, step)));
    }

    private void came(Inbound message) {
        if (messagesIn.incrementAndGet() <= MOST_MESSAGES) {
            heard.add(new Came(message));
        }
    }

    private void happened(FleetEvent event) {
        if (event instanceof FleetEvent.OfConnection of) {
            heard.add(new Happened(of.event()));
        }
    }

    private void follow(Fleet fleet) throws InterruptedException {
        Instant give = at.plus(spec.timeouts().dial())
                .plus(spec.timeouts().ready())
                .plus(wait)
                .plus(spec.timeouts().close())
                .plus(GRACE);
        boolean stopping = false;
        while (!isOver()) {
            Instant leave = readyAt == null || owesTheMessageOfReadyWhen() ? give : readyAt.plus(wait);
            Instant until = stopping ? give : leave;
            Heard one = heard.poll(
                    Math.max(0, Duration.between(Instant.now(), until).toNanos()), TimeUnit.NANOSECONDS);
            if (one != null) {
                take(one);
            } else if (until.equals(give)) {
                throw new Main.Failed(
                        "The probe did not end within its deadlines; that is a bug", new TimeoutException());
            } else {
                stopping = true;
                fleet.stop(spec.id());
            }
        }
    }

    /** The thread of messages may be slower than that of events: what made the connection ready is still on its way. */
    private boolean owesTheMessageOfReadyWhen() {
        return messages.isEmpty() && spec.opening().readyWhen().isPresent();
    }

    /** Over is what was closed by us, and what was decided about. */
    private boolean isOver() {
        boolean asked = end != null && isOurs(end.kind());
        return next != null || asked || stopped;
    }

    private static boolean isOurs(FailureKind kind) {
        return kind == FailureKind.STOPPED_BY_OPERATOR || kind == FailureKind.CLOSE_TIMEOUT;
    }

    private void take(Heard one) {
        if (one instanceof Met met) {
            steps.add(met.step());
            watcher.met(met.step());
        } else if (one instanceof Came came) {
            messages.add(shown(came.message()));
            if (opened != null) {
                watcher.message(messages.get(messages.size() - 1));
            }
        } else if (one instanceof Happened happened) {
            take(happened.event());
        }
    }

    private void take(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.HandshakeDone done) {
            opened = done.handshake();
            openAt = done.at();
            watcher.opened(done.handshake());
            messages.forEach(watcher::message); // its thread may have been faster than that of the events
        } else if (event instanceof ConnectionEvent.Ready) {
            readyAt = event.at();
            between(openAt, readyAt)
                    .filter(after -> spec.opening().readyWhen().isPresent())
                    .ifPresent(watcher::ready);
        } else if (event instanceof ConnectionEvent.Closing) {
            closingAt = event.at();
        } else if (event instanceof ConnectionEvent.LinkEnded ended) {
            end = ended.failure();
            endedAt = event.at();
        } else if (event instanceof ConnectionEvent.RetryScheduled
                || event instanceof ConnectionEvent.GaveUp
                || event instanceof ConnectionEvent.Finished) {
            next = event;
        } else if (event instanceof ConnectionEvent.Stopped) {
            stopped = true; // the peer ended it in the moment in which we did, and nobody decides any more
        }
    }

    private ProbeReport.Message shown(Inbound message) {
        String beginning = message.isText() ? Printable.line(masks.mask(message.text()), SHOWN) : "";
        return new ProbeReport.Message(
                Duration.between(dialedAt, message.receivedAt()), message.isText(), message.size(), beginning);
    }

    private ProbeReport report() {
        return new ProbeReport(
                spec,
                transport,
                dialedAt,
                List.copyOf(steps),
                Optional.ofNullable(opened),
                between(openAt, readyAt),
                List.copyOf(messages),
                messagesIn.get(),
                between(dialedAt, endedAt),
                between(closingAt, endedAt),
                Optional.ofNullable(end),
                Optional.ofNullable(next));
    }

    private static Optional<Duration> between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? Optional.empty() : Optional.of(Duration.between(from, to));
    }
}
