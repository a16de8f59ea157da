package io.flotilla.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.PriorityQueue;
import org.apache.pekko.actor.Cancellable;

/**
 * Time that stands still until it is moved to the next alarm, exactly. Alarms of one moment ring in the order in which they were
 * set. Not thread-safe.
 */
final class VirtualTime extends Clock {

    /** When every simulation begins: no outcome depends on the day on which it is made. */
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Cancelled alarms that are kept at the least: the queue is searched for them only when they are the greater part of it. */
    private static final int FEW = 1024;

    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private long now;
    private long set;
    private int cancelled;

    /** Something that is done once its time has come, unless it is cancelled before. */
    private final class Alarm implements Cancellable, Comparable<Alarm> {
        private final long due;
        private final long order = set++;
        private final Runnable task;
        private boolean over;
        private boolean isCancelled;

        Alarm(long due, Runnable task) {
            this.due = due;
            this.task = task;
        }

        @Override
        public boolean cancel() {
            if (over) {
                return false;
            }
            over = true;
            isCancelled = true;
            cancelled++;
            return true;
        }

        @Override
        public boolean isCancelled() {
            return isCancelled;
        }

        @Override
        public int compareTo(Alarm other) {
            int byTime = Long.compare(due, other.due);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /** Nanoseconds since the start. */
    long nanos() {
        return now;
    }

    /** Alarms that are kept, those included that were cancelled lately. */
    int pending() {
        return alarms.size();
    }

    /** Sets an alarm; one for a time that is past rings next. */
    Cancellable after(Duration wait, Runnable task) {
        return at(now + Math.max(0, nanos(wait)), task);
    }

    /** The same for a moment, in nanoseconds since the start. */
    Cancellable at(long due, Runnable task) {
        if (cancelled > FEW && cancelled > alarms.size() / 2) {
            alarms.removeIf(alarm -> alarm.over);
            cancelled = 0;
        }
        Alarm alarm = new Alarm(Math.max(due, now), task);
        alarms.add(alarm);
        return alarm;
    }

    /** Moves to the next alarm that is not later than that, and lets it ring; without one moves there, and tells so with false. */
    boolean ringNext(long until) {
        Alarm next = alarms.peek();
        while (next != null && next.over) {
            alarms.remove();
            cancelled--;
            next = alarms.peek();
        }
        if (next == null || next.due > until) {
            now = Math.max(now, until);
            return false;
        }
        alarms.remove();
        now = next.due;
        next.over = true;
        next.task.run();
        return true;
    }

    /** Durations beyond 292 years have no nanoseconds that fit a long. */
    private long nanos(Duration wait) {
        Duration most = Duration.ofNanos(Long.MAX_VALUE - now);
        return wait.compareTo(most) < 0 ? wait.toNanos() : most.toNanos();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(now);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
    }
}
