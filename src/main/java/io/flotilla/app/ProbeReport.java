package io.flotilla.app;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Ruling;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.DialStep;
import io.flotilla.transport.Opened;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one probe met.
 *
 * @param transport what dialled
 * @param at when the dial began
 * @param ready from the end of the upgrade to READY
 * @param messages those of the beginning
 * @param messagesIn how many came in all
 * @param lasted from the start of the dial to the end of the link
 * @param closing from our close frame to the end
 * @param end how the link ended; empty when there was no dial, for want of a credential
 * @param next what became of the connection then; empty when we had closed it, or were about to
 */
record ProbeReport(
        ConnectionSpec spec,
        String transport,
        Instant at,
        List<Step> steps,
        Optional<Opened> opened,
        Optional<Duration> ready,
        List<Message> messages,
        long messagesIn,
        Optional<Duration> lasted,
        Optional<Duration> closing,
        Optional<Failure> end,
        Optional<ConnectionEvent> next) {

    /** A step of the dial. */
    record Step(Duration after, DialStep step) {}

    /** The beginning of a message. */
    record Message(Duration after, boolean isText, int size, String beginning) {}

    /** What the connection would do next, in a service. */
    enum Action {
        /** It was open as long as we wanted it. */
        STAY("`run` would keep it open", 0),
        /** The policy of the connection says that it is done. */
        FINISH("`run` would be done with it", 0),
        DIAL_AGAIN("`run` would dial again", 1),
        DIAL_RARELY("`run` would dial again, and rarely as long as it fails like this", 3),
        REPAIR("`run` would dial again, with another credential or address", 4),
        GIVE_UP("`run` would give it up", 5);

        private final String meaning;
        private final int exitCode;

        Action(String meaning, int exitCode) {
            this.meaning = meaning;
            this.exitCode = exitCode;
        }

        String meaning() {
            return meaning;
        }

        int exitCode() {
            return exitCode;
        }
    }

    Action action() {
        return next.map(ProbeReport::action)
                .or(() -> failure().map(this::action))
                .orElse(Action.STAY);
    }

    /** Of an end that nobody decided about, for we had asked for one, too: what its verdict comes to the first time. */
    private Action action(Failure faster) {
        if (faster.kind() == FailureKind.CLOSED_NORMALLY && faster.ruledByTable() && spec.normalCloseIsDone()) {
            return Action.FINISH;
        }
        return switch (faster.verdict()) {
            case TRANSIENT, TRANSIENT_HINTED -> Action.DIAL_AGAIN;
            case SUSPECT -> Action.DIAL_RARELY;
            case REPAIRABLE -> Action.REPAIR;
            case PERMANENT -> Action.GIVE_UP;
            case DONE -> Action.FINISH;
        };
    }

    private static Action action(ConnectionEvent next) {
        if (next instanceof ConnectionEvent.GaveUp) {
            return Action.GIVE_UP;
        }
        if (next instanceof ConnectionEvent.RetryScheduled retry) {
            boolean repaired = retry.failure().verdict() == Verdict.REPAIRABLE;
            return retry.news() ? Action.DIAL_RARELY : repaired ? Action.REPAIR : Action.DIAL_AGAIN;
        }
        return Action.FINISH;
    }

    /** What was decided, in words. */
    String because() {
        if (next.isEmpty()) {
            return failure().isPresent() ? "it ended before we could ask for that" : "";
        }
        if (next.get() instanceof ConnectionEvent.GaveUp gaveUp) {
            return gaveUp.because();
        }
        if (next.get() instanceof ConnectionEvent.RetryScheduled retry) {
            return retry.because();
        }
        return next.get() instanceof ConnectionEvent.Finished finished ? finished.because() : "";
    }

    /** The failure, where it did not end because we closed it. */
    Optional<Failure> failure() {
        if (next.isEmpty()) {
            return end.filter(failure -> failure.kind().treatment().ruling() != Ruling.DONE);
        }
        if (next.get() instanceof ConnectionEvent.GaveUp gaveUp) {
            return Optional.of(gaveUp.failure());
        }
        return next.get() instanceof ConnectionEvent.RetryScheduled retry ? Optional.of(retry.failure()) : end;
    }

    /** How long it would wait before it dials again; drawn at random, as it always is. */
    Optional<Duration> delay() {
        return next.filter(ConnectionEvent.RetryScheduled.class::isInstance)
                .map(event -> ((ConnectionEvent.RetryScheduled) event).delay());
    }
}
