package io.flotilla.supervision;

import io.flotilla.connection.Carried;
import io.flotilla.connection.Connection;
import io.flotilla.spec.ConnectionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** One id of a supervisor, and its alone: what is wanted, and the child that lives for it. */
final class Slot {

    final Carried carried;
    ConnectionSpec spec;
    boolean wantedUp;
    boolean removed;

    @Nullable
    ActorRef<Connection.Command> child;

    /** Whether the child was told to end. */
    boolean closing;

    /** Who waits for it to be gone. */
    final List<CompletableFuture<Boolean>> waiting = new ArrayList<>(0);

    Slot(ConnectionSpec spec, Carried carried) {
        this.spec = spec;
        this.carried = carried;
    }

    void answer(boolean found) {
        waiting.forEach(reply -> reply.complete(found));
        waiting.clear();
    }
}
