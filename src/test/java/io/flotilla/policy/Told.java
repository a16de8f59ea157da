package io.flotilla.policy;

import io.flotilla.failure.Failure;
import io.flotilla.failure.Repair;
import io.flotilla.spec.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;

/** A connection as the policy sees it: told what happens, it keeps the history and moves the clock by what is decided. */
final class Told implements RetryPolicy.Means {

    private final RetryPolicy policy;
    private final Random random;
    private final Set<Repair> means = EnumSet.noneOf(Repair.class);
    private boolean otherUri;
    private boolean untriedUri;
    private Instant now = Instant.parse("2026-03-01T00:00:00Z");
    private History history = History.NONE;

    Told(long seed) {
        this(seed, Settings.Retry.DEFAULT, false);
    }

    Told(long seed, Settings.Retry settings, boolean normalCloseIsDone) {
        policy = new RetryPolicy(settings, normalCloseIsDone);
        random = new Random(seed);
    }

    Told canRepair(Repair repair) {
        means.add(repair);
        return this;
    }

    Told failsOver(boolean another, boolean untried) {
        otherUri = another;
        untriedUri = untried;
        return this;
    }

    @Override
    public boolean repairs(Repair repair) {
        return means.contains(repair);
    }

    @Override
    public boolean hasAnotherUri() {
        return otherUri;
    }

    @Override
    public boolean hasUntriedUri() {
        return untriedUri;
    }

    Told after(Duration time) {
        now = now.plus(time);
        return this;
    }

    Told ready() {
        history = history.ready();
        return this;
    }

    Told settled() {
        history = history.ready().settled();
        return this;
    }

    Decision fails(Failure failure) {
        RetryPolicy.Judged judged = policy.judge(failure, history, now, this, random);
        history = judged.history();
        return judged.decision();
    }

    Decision.Retry retries(Failure failure) {
        return (Decision.Retry) fails(failure);
    }

    /** Fails, and waits out the delay. */
    Decision.Retry retriesAndWaits(Failure failure) {
        Decision.Retry retry = retries(failure);
        now = now.plus(retry.delay());
        return retry;
    }

    History history() {
        return history;
    }

    Instant now() {
        return now;
    }
}
