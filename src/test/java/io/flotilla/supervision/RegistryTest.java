package io.flotilla.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Actors;
import io.flotilla.Waiting;
import io.flotilla.connection.Connection;
import io.flotilla.connection.ManualAlarm;
import io.flotilla.connection.Outbox;
import io.flotilla.connection.SendTally;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Settings;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegistryTest {

    @RegisterExtension
    static final Actors ACTORS = Actors.inRealTime();

    private static final ConnectionId ID = ConnectionId.of("quotes");

    private final Registry.Book book = new Registry.Book();
    private final ActorRef<Registry.Command> registry = ACTORS.kit().spawn(Registry.create(book));
    private final ActorRef<Connection.Command> connection = ACTORS.kit().spawn(Behaviors.ignore());

    @Test
    void isLeftByTheStopHook() {
        enter(connection);
        assertThat(book.find(ID)).isPresent();

        book.leave(registry, ID, connection);

        Waiting.until("the entry is gone", () -> book.size() == 0);
    }

    @Test
    void isLeftByDeathWhenNoStopHookSpoke() {
        enter(connection);

        ACTORS.kit().stop(connection);

        Waiting.until("the entry is gone", () -> book.size() == 0);
    }

    @Test
    void keepsTheSuccessorWhenThePredecessorLeavesLate() {
        ActorRef<Connection.Command> successor = ACTORS.kit().spawn(Behaviors.ignore());
        enter(connection);
        enter(successor);

        book.leave(registry, ID, connection);
        ACTORS.kit().stop(connection);
        ActorRef<Connection.Command> marker = ACTORS.kit().spawn(Behaviors.ignore());
        book.enter(registry, ConnectionId.of("marker"), entry(marker));
        book.leave(registry, ConnectionId.of("marker"), marker);
        Waiting.until(
                "the marker is gone", () -> book.find(ConnectionId.of("marker")).isEmpty());

        assertThat(book.find(ID)).map(Registry.Entry::ref).contains(successor);
    }

    private void enter(ActorRef<Connection.Command> ref) {
        book.enter(registry, ID, entry(ref));
    }

    private static Registry.Entry entry(ActorRef<Connection.Command> ref) {
        return new Registry.Entry(ref, new Outbox(Settings.Send.DEFAULT, new SendTally(), new ManualAlarm()));
    }
}
