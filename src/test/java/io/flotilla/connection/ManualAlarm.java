package io.flotilla.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Time that passes when a test says so. Safe from any thread. */
public final class ManualAlarm implements Alarm {

    private record Call(long at, Runnable what) {}

    private final List<Call> set = new ArrayList<>();
    private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos(); // it wraps, as it may

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized Runnable in(Duration delay, Runnable call) {
        Call made = new Call(now + delay.toNanos(), call);
        set.add(made);
        return () -> off(made);
    }

    private synchronized void off(Call call) {
        set.remove(call);
    }

    /** How many calls are to come. */
    public synchronized int waiting() {
        return set.size();
    }

    public void passes(Duration time) {
        long until = nanos() + time.toNanos();
        for (Optional<Call> due = due(until); due.isPresent(); due = due(until)) {
            due.get().what().run();
        }
        synchronized (this) {
            now = until;
        }
    }

    private synchronized Optional<Call> due(long until) {
        Optional<Call> first = set.stream()
                .filter(call -> call.at() - until <= 0)
                .min(Comparator.comparingLong(call -> call.at() - now));
        first.ifPresent(call -> {
            set.remove(call);
            now = call.at() - now > 0 ? call.at() : now;
        });
        return first;
    }
}
