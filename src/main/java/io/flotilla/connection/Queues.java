package io.flotilla.connection;

import io.flotilla.spec.Settings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a backlog, and how much they are: what the connection says itself, control messages, all others; each in its order.
 * Also counts those that are the link's, until they are forgotten. Guarded by the backlog.
 */
final class Queues {

    final Deque<Queued> said = new ArrayDeque<>(2);
    final Deque<Queued> control = new ArrayDeque<>(2);
    final Deque<Queued> ordinary = new ArrayDeque<>(2);

    private final Settings.Send settings;
    private long bytes;
    private long messages;
    private long ordinaryBytes;

    Queues(Settings.Send settings) {
        this.settings = settings;
    }

    long bytes() {
        return bytes;
    }

    long messages() {
        return messages;
    }

    /** The one whose turn it is. */
    Deque<Queued> first() {
        return !said.isEmpty() ? said : !control.isEmpty() ? control : ordinary;
    }

    void add(Queued message) {
        bytes += message.cost();
        messages++;
        if (message.frame.isControl()) {
            control.add(message);
        } else {
            ordinary.add(message);
            ordinaryBytes += message.cost();
        }
    }

    /** Takes the first one out; it counts until it is forgotten, unless it was never counted. */
    Queued take(Deque<Queued> queue) {
        Queued next = queue.remove();
        ordinaryBytes -= queue == ordinary ? next.cost() : 0;
        return next;
    }

    /** The oldest ordinary one, taken out to make room for so much; null when there is room, or all of them would not be enough. */
    @Nullable
    Queued dropFor(long cost) {
        boolean enough = fits(bytes - ordinaryBytes, messages - ordinary.size(), cost);
        return hasRoom(cost) || !enough ? null : take(ordinary);
    }

    /** One message is always taken: it may be as big as the bound. */
    boolean hasRoom(long cost) {
        return fits(bytes, messages, cost);
    }

    private boolean fits(long heldBytes, long heldMessages, long cost) {
        return heldMessages == 0
                || (heldBytes + cost <= settings.outbox() && heldMessages + 1 <= settings.outboxMessages());
    }

    /** Takes out all but what the connection says itself. */
    void drain(Consumer<Queued> out) {
        control.forEach(out);
        control.clear();
        ordinary.forEach(out);
        ordinary.clear();
        ordinaryBytes = 0;
    }

    /** It was written, or has ended. */
    void forget(Queued message) {
        bytes -= message.cost();
        messages--;
    }
}
