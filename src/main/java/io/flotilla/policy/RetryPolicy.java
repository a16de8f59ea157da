package io.flotilla.policy;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.flotilla.failure.Repair;
import io.flotilla.failure.Ruling;
import io.flotilla.failure.Scope;
import io.flotilla.failure.Treatment;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Makes a decision of a failure and of what went before it. Pure: clock and random are parameters. */
public final class RetryPolicy {

    /** Stands in for the hint of a peer that wants a pause and does not say how long. */
    private static final Treatment.Pace UNHINTED = new Treatment.Pace(Duration.ofSeconds(5), Duration.ofSeconds(10));

    /** Longer than anybody waits, and shorter than the longest timer there is. */
    private static final Duration LONGEST = Duration.ofDays(200);

    private final Settings.Retry settings;
    private final boolean normalCloseIsDone;
    private final Backoff backoff;
    private final Backoff slowLane;

    public RetryPolicy(Settings.Retry settings, boolean normalCloseIsDone) {
        this.settings = settings;
        this.normalCloseIsDone = normalCloseIsDone;
        this.backoff = bounded(settings.base(), settings.factor(), settings.cap());
        this.slowLane =
                bounded(settings.slowLane().base(), 2, settings.slowLane().cap());
    }

    private static Backoff bounded(Duration base, double factor, Duration cap) {
        return new Backoff(shorter(base, LONGEST), factor, shorter(cap, LONGEST));
    }

    /**
     * A decision, and the history that it leaves.
     *
     * @param forGood whether the same dial would fail so again
     */
    public record Judged(Decision decision, History history, boolean forGood) {}

    /** What a connection could do other than the same once more. */
    @FunctionalInterface
    public interface Means {
        /** Whether it can try this repair. */
        boolean repairs(Repair repair);

        /** Whether it has another URI that could work, when the present one is hopeless. */
        default boolean hasAnotherUri() {
            return false;
        }

        /** Whether it has another URI that was not tried since its last session. */
        default boolean hasUntriedUri() {
            return false;
        }
    }

    /**
     * Decides.
     *
     * @param failure as the classification has it
     * @param before the history without it
     */
    public Judged judge(Failure failure, History before, Instant now, Means means, RandomGenerator random) {
        if (failure.kind() == FailureKind.CLOSED_NORMALLY && failure.ruledByTable() && normalCloseIsDone) {
            return new Judged(new Decision.Finish("the peer closed with 1000 and normal-close = done"), before, false);
        }
        History counted = before.failed(failure.kind(), now);
        Optional<Treatment.Ladder> climbed = climbed(failure, counted, now);
        Optional<Repair> impossible = stated(failure, climbed).repair().filter(repair -> !means.repairs(repair));
        Ruling ruling = inForce(failure, before, now, means);
        if (ruling == Ruling.DONE) {
            return new Judged(new Decision.Finish(failure.rule() + " says done"), before, false);
        }
        History history = (climbed.isEmpty() ? counted : counted.climbed(failure.kind()))
                .suspected(ruling == Ruling.SUSPECT_BOUNDED, now);
        boolean elsewhere =
                isOfOneUri(failure) && (ruling == Ruling.PERMANENT ? means.hasAnotherUri() : means.hasUntriedUri());
        if (ruling == Ruling.PERMANENT && !elsewhere) {
            return giveUp(permanence(failure, climbed, impossible), history);
        }
        if (settings.maxAttempts().isPresent()
                && history.failuresInARow() >= settings.maxAttempts().getAsInt()) {
            return giveUp("retry.max-attempts = " + settings.maxAttempts().getAsInt() + " failures in a row", history);
        }
        Duration earned = earned(failure, ruling, history, random);
        if (elsewhere && ruling.verdict() != Verdict.REPAIRABLE) {
            return elsewhere(failure, ruling, ours(history, random), history);
        }
        return switch (ruling.verdict()) {
            case REPAIRABLE -> repair(failure, ruling.repair().orElseThrow(), earned, history);
            case SUSPECT -> suspect(failure, earned, history.unrepaired(), now, random);
            default -> again(failure, ruling, earned, history.unrepaired(), random);
        };
    }

    /** What the treatment of a failure comes to, by repetition and by what can be repaired. */
    public Ruling inForce(Failure failure, History before, Instant now, Means means) {
        Ruling stated = stated(failure, climbed(failure, before.failed(failure.kind(), now), now));
        return stated.repair().filter(repair -> !means.repairs(repair)).isEmpty()
                ? stated
                : failure.treatment().otherwise();
    }

    private static Ruling stated(Failure failure, Optional<Treatment.Ladder> climbed) {
        return climbed.map(Treatment.Ladder::then).orElse(failure.treatment().ruling());
    }

    private static Optional<Treatment.Ladder> climbed(Failure failure, History counted, Instant now) {
        return failure.treatment().ladder().filter(ladder -> isClimbed(ladder, failure.kind(), counted, now));
    }

    /** Whether it says that this URI does not open, and nothing of the next one of a list. */
    private static boolean isOfOneUri(Failure failure) {
        Scope scope = failure.kind().scope();
        boolean asked = failure.phase() == Phase.UPGRADE || failure.kind() == FailureKind.DESTINATION_FORBIDDEN;
        boolean open = failure.phase().compareTo(Phase.READY) >= 0;
        return !open && (scope == Scope.ENDPOINT || (scope == Scope.CONNECTION && asked));
    }

    /** A hint is about the URI that gave it, and the next one has nothing to do with it. */
    private static Judged elsewhere(Failure failure, Ruling ruling, Duration ours, History history) {
        String because = ruling == Ruling.PERMANENT
                ? "final there (" + failure.rule() + "): the next URI of fail-over is tried"
                : "the next URI of fail-over is tried";
        return new Judged(
                new Decision.Retry(ours, Duration.ZERO, false, false, because),
                history.unrepaired(),
                ruling == Ruling.PERMANENT);
    }

    /** What becomes of a connection that failed for a reason that lies with us: who paces the dials decides when. */
    public static Decision.Retry excused(RandomGenerator random) {
        return new Decision.Retry(
                Backoff.uniform(Backoff.FLOOR, Duration.ofSeconds(1), random),
                Duration.ZERO,
                false,
                false,
                "the trouble is on our side: it is not held against the connection");
    }

    /** A ladder climbed within its window stays climbed until a session settles: the slow lane outlasts the window. */
    private static boolean isClimbed(Treatment.Ladder ladder, FailureKind kind, History history, Instant now) {
        return ladder.window()
                .map(window ->
                        history.row().climbed().contains(kind) || history.within(kind, window, now) >= ladder.count())
                .orElseGet(() -> history.sinceReady(kind) >= ladder.count());
    }

    private static String permanence(Failure failure, Optional<Treatment.Ladder> climbed, Optional<Repair> impossible) {
        return impossible
                .map(repair -> "it takes another " + word(repair) + ", and there is none to be had")
                .or(() -> climbed.map(ladder -> "so often is final (" + ladder + ")"))
                .orElse("waiting changes nothing (" + failure.rule() + ")");
    }

    /** The wait before the lane is looked at: our own, lengthened by what the peer asked for. */
    private Duration earned(Failure failure, Ruling ruling, History history, RandomGenerator random) {
        Duration ours = ours(history, random);
        if (isHinted(failure)) {
            return shorter(hint(failure).plus(ours), LONGEST);
        }
        if (ruling.verdict() == Verdict.TRANSIENT_HINTED) {
            Treatment.Pace pace = failure.treatment().pace().orElse(UNHINTED);
            return longer(ours, Backoff.uniform(pace.min(), pace.max(), random));
        }
        return ours;
    }

    private Duration ours(History history, RandomGenerator random) {
        boolean first = history.row().settledBefore() && history.failuresInARow() == 1;
        return first
                ? Backoff.uniform(Backoff.FLOOR, shorter(settings.first(), LONGEST), random)
                : backoff.delay(history.failuresInARow(), random);
    }

    private Judged repair(Failure failure, Repair repair, Duration earned, History history) {
        if (history.sinceReady().repaired().contains(failure.kind())) {
            return giveUp("the same failure right after its repair", history);
        }
        return new Judged(
                new Decision.RepairFirst(
                        repair, earned, hint(failure), said("repair the " + word(repair) + ", then dial", failure)),
                history.repaired(failure.kind()),
                false);
    }

    private Judged suspect(Failure failure, Duration earned, History history, Instant now, RandomGenerator random) {
        Duration giveUp = settings.slowLane().giveUp();
        boolean over = history.row()
                .suspectSince()
                .filter(since -> Duration.between(since, now).compareTo(giveUp) >= 0)
                .isPresent();
        return over
                ? giveUp("suspect for " + shown(giveUp) + " (retry.slow-lane.give-up)", history)
                : slowly(failure, earned, history, "suspect: usually configuration, so it is tried rarely", random);
    }

    private Judged again(Failure failure, Ruling ruling, Duration earned, History history, RandomGenerator random) {
        int same = history.sinceReady(failure.kind());
        boolean dictated = ruling.verdict() == Verdict.TRANSIENT_HINTED && isHinted(failure);
        if (same >= settings.slowLane().after() && !dictated) {
            return slowly(
                    failure,
                    earned,
                    history,
                    same + " of the same with no READY between, so it is tried rarely",
                    random);
        }
        String because = ruling.verdict() == Verdict.TRANSIENT_HINTED && !dictated
                ? "the peer wants a pause and did not say how long"
                : "the same may work later";
        return new Judged(
                new Decision.Retry(earned, hint(failure), false, false, said(because, failure)), history, false);
    }

    private Judged slowly(Failure failure, Duration earned, History history, String because, RandomGenerator random) {
        History slowed = history.slowed(failure.kind());
        boolean news = !history.row().slow().contains(failure.kind());
        // the first wait is drawn from one step, too: a whole fleet may become suspect at once
        Duration slow =
                Backoff.uniform(slowLane.base(), slowLane.step(slowed.row().slowSteps() + 1), random);
        return new Judged(
                new Decision.Retry(longer(slow, earned), hint(failure), true, news, said(because, failure)),
                slowed,
                false);
    }

    private static Judged giveUp(String because, History history) {
        return new Judged(new Decision.GiveUp(because), history, true);
    }

    private String said(String because, Failure failure) {
        if (!isHinted(failure)) {
            return because;
        }
        Duration asked = failure.hint().orElseThrow();
        boolean capped = asked.compareTo(settings.hintCap()) > 0;
        return because + "; the peer asked for " + shown(asked)
                + (capped ? ", retry.hint-cap allows " + shown(settings.hintCap()) : "");
    }

    /** A hint of no time at all asks for nothing. */
    private static boolean isHinted(Failure failure) {
        return failure.hint()
                .filter(wait -> !wait.isNegative() && !wait.isZero())
                .isPresent();
    }

    private Duration hint(Failure failure) {
        Duration asked = isHinted(failure) ? failure.hint().orElseThrow() : Duration.ZERO;
        return shorter(asked, shorter(settings.hintCap(), LONGEST));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? other : one;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private static String shown(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private static String word(Repair repair) {
        return repair.name().toLowerCase(Locale.ROOT);
    }
}
