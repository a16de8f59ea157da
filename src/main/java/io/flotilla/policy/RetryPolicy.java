package io.flotilla.policy;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Repair;
import io.flotilla.failure.Ruling;
import io.flotilla.failure.Treatment;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Makes a decision of a failure and of what went before it. Pure: clock and random are parameters. */
public final class RetryPolicy {

    /** A hinted failure without a hint waits at least this long. */
    private static final Duration UNHINTED = Duration.ofSeconds(5);

    private final Settings.Retry settings;
    private final boolean normalCloseIsDone;
    private final Backoff backoff;
    private final Backoff slowLane;

    public RetryPolicy(Settings.Retry settings, boolean normalCloseIsDone) {
        this.settings = settings;
        this.normalCloseIsDone = normalCloseIsDone;
        this.backoff = new Backoff(settings.base(), settings.factor(), settings.cap());
        this.slowLane = new Backoff(
                settings.slowLane().base(),
                settings.factor(),
                settings.slowLane().cap());
    }

    /** A decision, and the history that it leaves. */
    public record Judged(Decision decision, History history) {}

    /**
     * @param failure as the classification has it
     * @param before the history without it
     * @param repairable whether there are means for a repair
     */
    public Judged judge(
            Failure failure, History before, Instant now, Predicate<Repair> repairable, RandomGenerator random) {
        if (failure.kind() == FailureKind.CLOSED_NORMALLY && normalCloseIsDone) {
            return new Judged(new Decision.Finish("the peer closed with 1000 and normal-close = done"), before);
        }
        History history = before.failed(failure.kind(), now);
        Ruling ruling = rulingInForce(failure, history, now, repairable);
        boolean exhausted = settings.maxAttempts().isPresent()
                && history.failuresInARow() >= settings.maxAttempts().getAsInt();
        return switch (ruling.verdict()) {
            case DONE -> new Judged(new Decision.Finish(failure.rule() + " says done"), before);
            case PERMANENT -> new Judged(new Decision.GiveUp(permanence(failure, ruling, repairable)), history);
            case REPAIRABLE -> exhausted ? exhausted(history) : repair(failure, ruling, history, random);
            case SUSPECT ->
                exhausted ? exhausted(history) : suspect(failure, ruling, history.suspected(now), now, random);
            case TRANSIENT, TRANSIENT_HINTED ->
                exhausted ? exhausted(history) : transientRetry(failure, ruling, history, random);
        };
    }

    private static Ruling rulingInForce(Failure failure, History history, Instant now, Predicate<Repair> repairable) {
        Treatment treatment = failure.treatment();
        Optional<Ruling> climbed = treatment
                .ladder()
                .filter(ladder -> count(failure, ladder, history, now) >= ladder.count())
                .map(Treatment.Ladder::then);
        Ruling ruling = climbed.orElse(treatment.ruling());
        return ruling.repair().filter(repairable.negate()).isPresent() ? treatment.otherwise() : ruling;
    }

    private static int count(Failure failure, Treatment.Ladder ladder, History history, Instant now) {
        return ladder.window()
                .map(window -> history.within(failure.kind(), window, now))
                .orElse(history.sameInARow());
    }

    private static String permanence(Failure failure, Ruling ruling, Predicate<Repair> repairable) {
        Ruling first = failure.treatment().ruling();
        if (first.repair().filter(repairable.negate()).isPresent()) {
            return "it takes another " + first.repair().get().name().toLowerCase(java.util.Locale.ROOT)
                    + ", and there is none to be had";
        }
        if (first != ruling) {
            return failure.treatment()
                    .ladder()
                    .map(ladder -> ladder.count() + " of the same"
                            + ladder.window()
                                    .map(window -> " within " + shown(window))
                                    .orElse(" with no READY between"))
                    .orElse("it cannot be repaired");
        }
        return "waiting changes nothing (" + failure.rule() + ")";
    }

    private Judged exhausted(History history) {
        return new Judged(
                new Decision.GiveUp(
                        "retry.max-attempts = " + settings.maxAttempts().getAsInt() + " failures in a row"),
                history);
    }

    private Judged repair(Failure failure, Ruling ruling, History history, RandomGenerator random) {
        FailureKind kind = failure.kind();
        if (history.repaired().filter(kind::equals).isPresent()) {
            return new Judged(new Decision.GiveUp("the same failure right after its repair"), history);
        }
        Repair repair = ruling.repair().orElseThrow();
        return new Judged(
                new Decision.RepairFirst(
                        repair,
                        longer(backoff.delay(history.failuresInARow(), random), hint(failure)),
                        "repair the " + repair.name().toLowerCase(java.util.Locale.ROOT) + ", then dial"),
                history.repaired(kind));
    }

    private Judged suspect(Failure failure, Ruling ruling, History history, Instant now, RandomGenerator random) {
        Settings.SlowLane lane = settings.slowLane();
        boolean over = history.suspectSince()
                .filter(since -> !now.isBefore(since.plus(lane.giveUp())))
                .isPresent();
        if (ruling == Ruling.SUSPECT_BOUNDED && over) {
            return new Judged(
                    new Decision.GiveUp("suspect for " + shown(lane.giveUp()) + " (retry.slow-lane.give-up)"), history);
        }
        return slow(failure, history, "suspect: usually configuration, so it is tried rarely", random);
    }

    private Judged transientRetry(Failure failure, Ruling ruling, History history, RandomGenerator random) {
        if (history.sameInARow() >= settings.slowLane().after()) {
            return slow(
                    failure,
                    history.slowed(),
                    history.sameInARow() + " of the same with no READY between, so it is tried rarely",
                    random);
        }
        Duration hint = hint(failure);
        if (!hint.isZero()) {
            Duration jitter = Backoff.uniform(Duration.ZERO, backoff.step(history.failuresInARow()), random);
            return retry(hint.plus(jitter), hint, false, hinted(failure), history);
        }
        Duration ours = history.wasSettled()
                ? Backoff.uniform(Backoff.FLOOR, settings.first(), random)
                : backoff.delay(history.failuresInARow(), random);
        if (ruling.verdict() == Verdict.TRANSIENT_HINTED) {
            Duration paced = failure.treatment()
                    .pace()
                    .map(pace -> Backoff.uniform(pace.min(), pace.max(), random))
                    .orElse(UNHINTED);
            return retry(
                    longer(ours, paced),
                    Duration.ZERO,
                    false,
                    "the peer wants a pause and did not say how long",
                    history);
        }
        return retry(ours, Duration.ZERO, false, "transient: the same may work later", history);
    }

    private Judged slow(Failure failure, History history, String because, RandomGenerator random) {
        Duration hint = hint(failure);
        Duration ours = Backoff.uniform(slowLane.base(), slowLane.step(Math.max(1, history.slowSteps())), random);
        return retry(longer(ours, hint), hint, true, because, history);
    }

    private static Judged retry(Duration delay, Duration notBefore, boolean slow, String because, History history) {
        return new Judged(new Decision.Retry(delay, notBefore, slow, because), history);
    }

    private String hinted(Failure failure) {
        Duration asked = failure.hint().orElse(Duration.ZERO);
        return asked.compareTo(settings.hintCap()) > 0
                ? "the peer asked for " + shown(asked) + ", retry.hint-cap allows " + shown(settings.hintCap())
                : "the peer asked for " + shown(asked);
    }

    private Duration hint(Failure failure) {
        Duration asked = failure.hint().filter(wait -> !wait.isNegative()).orElse(Duration.ZERO);
        return asked.compareTo(settings.hintCap()) > 0 ? settings.hintCap() : asked;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private static String shown(Duration duration) {
        return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
