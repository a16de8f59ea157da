package io.flotilla.admin;

import io.flotilla.connection.ConnectionState;
import io.flotilla.supervision.FleetEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last events of the fleet, numbered. Readers take them at a pace of their own, each by the number that it has come to; what was
 * overwritten by then is lost to it. One thread appends; any may read.
 */
final class EventRing {

    /**
     * One event.
     *
     * @param state of its connection after it; empty where it has none, or is gone
     */
    record Entry(long seq, FleetEvent event, Optional<ConnectionState> state) {}

    private final AtomicReferenceArray<@Nullable Entry> entries;
    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
    private final long before;
    private volatile long last;
    private volatile boolean ended;

    /** @param before the number before the first one; rises from process to process, so that an older number is known as such */
    EventRing(int size, long before) {
        this.entries = new AtomicReferenceArray<>(size);
        this.before = before;
        this.last = before;
    }

    void append(FleetEvent event, Optional<ConnectionState> state) {
        long seq = last + 1;
        entries.set(place(seq), new Entry(seq, event, state));
        last = seq;
        waiting.forEach(Runnable::run);
    }

    /** These many were lost before they came here. */
    void skip(long count) {
        long skipped = last + count;
        last = skipped; // the one thread that appends
    }

    /** Nothing will be appended any more. */
    void end() {
        ended = true;
        waiting.forEach(Runnable::run);
    }

    boolean isEnded() {
        return ended;
    }

    /** Hears of every event and of the end; must not block. */
    void listen(Runnable arrived) {
        waiting.add(arrived);
    }

    void leave(Runnable arrived) {
        waiting.remove(arrived);
    }

    /** The number of the last event. */
    long last() {
        return last;
    }

    /** The number before the first event of this process. */
    long before() {
        return before;
    }

    /** The smallest number that may still be here. */
    long oldest() {
        return Math.max(before + 1, last - entries.length() + 1);
    }

    /** The event of this number, if it is still here. */
    Optional<Entry> find(long seq) {
        return Optional.ofNullable(entries.get(place(seq))).filter(entry -> entry.seq() == seq);
    }

    private int place(long seq) {
        return (int) Math.floorMod(seq, (long) entries.length());
    }
}
