package io.flotilla.connection;

import io.flotilla.failure.Failure;
import io.flotilla.sink.ReadyGate;
import io.flotilla.sink.Sink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Opening;
import io.flotilla.transport.LinkListener;
import io.flotilla.transport.Opened;
import org.apache.pekko.actor.typed.ActorRef;

/** Hears one link, on its event loop, and tells the actor. */
final class Attempt implements LinkListener, ReadyGate.Listener {
    private final ConnectionSpec spec;
    private final long generation;
    private final ActorRef<Connection.Command> self;
    private final Surroundings around;

    Attempt(ConnectionSpec spec, long generation, ActorRef<Connection.Command> self, Surroundings around) {
        this.spec = spec;
        this.generation = generation;
        this.self = self;
        this.around = around;
    }

    Sink sink() {
        return spec.opening().watchesMessages() ? new ReadyGate(spec.opening(), around.sink(), this) : around.sink();
    }

    @Override
    public void opened(Opened opened) {
        self.tell(new Linked.LinkOpened(generation, opened));
    }

    @Override
    public void ready() {
        self.tell(new Linked.GateOpened(generation));
    }

    @Override
    public void refused(Opening.FailWhen met) {
        self.tell(new Linked.GateRefused(generation, met));
    }

    @Override
    public void silent(boolean again) {
        self.tell(new Linked.LinkSilent(generation, again));
    }

    @Override
    public void dataAgain() {
        self.tell(new Linked.DataCame(generation));
    }

    @Override
    public void ended(Failure failure) {
        self.tell(new Linked.LinkEnded(generation, failure));
    }

    @Override
    public void consumerSlow(long stalls, long dropped) {
        around.events()
                .accept(new ConnectionEvent.ConsumerSlow(
                        spec.id(), around.clock().instant(), generation, stalls, dropped));
    }

    /** Goes past the actor: a sink that throws at every message must not fill its mailbox. */
    @Override
    public void sinkFailed(Throwable thrown) {
        around.events()
                .accept(new ConnectionEvent.HandlerFailed(
                        spec.id(), around.clock().instant(), generation, thrown));
    }
}
