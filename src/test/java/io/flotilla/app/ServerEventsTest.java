package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerEventsTest {

    private final List<ServerEvents.Event> events = new ArrayList<>();

    private boolean read(String text) throws IOException {
        return ServerEvents.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), event -> !events.add(event));
    }

    @Test
    void aBlankLineEndsAnEvent() throws IOException {
        assertThat(read("id: 7\nevent: ready\ndata: {\"a\":1}\n\ndata:second\n\n"))
                .isFalse();

        assertThat(events)
                .containsExactly(
                        new ServerEvents.Event(Optional.of("7"), "ready", "{\"a\":1}"),
                        new ServerEvents.Event(Optional.empty(), "message", "second"));
    }

    @Test
    void commentsAndUnknownFieldsAreNothing() throws IOException {
        read(": alive\n\nretry: 10\nsomething\n\n");

        assertThat(events).isEmpty();
    }

    @Test
    void linesOfDataAreJoinedAndAnUnfinishedEventIsNone() throws IOException {
        read("data: one\r\ndata: two\r\n\r\ndata: three");

        assertThat(events).extracting(ServerEvents.Event::data).containsExactly("one\ntwo");
    }

    @Test
    void endsWhenItWasEnough() throws IOException {
        String two = "data: one\n\ndata: two\n\n";

        assertThat(ServerEvents.read(new ByteArrayInputStream(two.getBytes(StandardCharsets.UTF_8)), events::add))
                .isTrue();
        assertThat(events).hasSize(1);
    }
}
