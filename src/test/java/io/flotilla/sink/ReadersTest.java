package io.flotilla.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.ConnectionId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ReadersTest {

    private static final ConnectionId ID = ConnectionId.of("a");

    private final Readers readers = new Readers();
    private final List<String> kept = new ArrayList<>();
    private CompletionStage<Void> answer = Sink.MORE;
    private final Sink sink = readers.around(message -> {
        kept.add(message.text());
        return answer;
    });

    @Test
    void isNotThereForTheSinkAsLongAsNobodyReads() {
        answer = new CompletableFuture<>();

        assertThat(sink.accept(message("one"))).isSameAs(answer);
        assertThat(kept).containsExactly("one");
    }

    @Test
    void holdsBackWhenItHasMoreThanItsRoom() {
        Shelf<Inbound> shelf = readers.open(Optional.of(ID), () -> {});
        for (int i = 0; i < 16; i++) {
            assertThat(sink.accept(message("m" + i)) == Sink.MORE).isTrue();
        }
        CompletableFuture<Void> held =
                sink.accept(message("m16")).thenRun(() -> {}).toCompletableFuture();

        for (int i = 0; i < 16; i++) {
            assertThat(text(shelf)).isEqualTo("m" + i);
            assertThat(held).isNotDone();
        }
        assertThat(text(shelf)).isEqualTo("m16");
        assertThat(held).isCompleted();
        assertThat(shelf.take()).isNull();
        assertThat(kept).hasSize(17);
    }

    @Test
    void waitsForTheSinkAndForEveryReader() {
        CompletableFuture<Void> own = new CompletableFuture<>();
        Shelf<Inbound> all = readers.open(Optional.empty(), () -> {});
        for (int i = 0; i < 16; i++) {
            sink.accept(message("m"));
        }
        answer = own;
        CompletableFuture<Void> both = sink.accept(message("last")).toCompletableFuture();

        own.complete(null);
        assertThat(both).isNotDone();
        while (all.take() != null) {
            assertThat(kept).hasSize(17);
        }
        assertThat(both).isCompleted();
    }

    @Test
    void letsGoWhatItHeldWhenItCloses() {
        Shelf<Inbound> shelf = readers.open(Optional.empty(), () -> {});
        List<CompletableFuture<Void>> held = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            held.add(sink.accept(message("m")).thenRun(() -> {}).toCompletableFuture());
        }
        assertThat(held).filteredOn(stage -> !stage.isDone()).hasSize(24);

        shelf.close();
        shelf.close();

        assertThat(held).allMatch(CompletableFuture::isDone);
        answer = new CompletableFuture<>();
        assertThat(sink.accept(message("m"))).as("nobody reads along any more").isSameAs(answer);
    }

    @Test
    void readsOneConnectionOnly() {
        Shelf<Inbound> other = readers.open(Optional.of(ConnectionId.of("b")), () -> {});
        sink.accept(message("one"));

        assertThat(other.take()).isNull();
    }

    @Test
    void isOverWhenItIsEndedAndEmpty() {
        List<String> told = new ArrayList<>();
        Shelf<Inbound> shelf = readers.open(Optional.empty(), () -> told.add("arrived"));
        sink.accept(message("one"));

        readers.end(Duration.ofMillis(1));

        assertThat(told).hasSize(2);
        assertThat(shelf.isOver()).isFalse();
        assertThat(text(shelf)).isEqualTo("one");
        assertThat(shelf.isOver()).isTrue();
    }

    private static String text(Shelf<Inbound> shelf) {
        Inbound message = shelf.take();
        assertThat(message).isNotNull();
        return java.util.Objects.requireNonNull(message).text();
    }

    private static Inbound message(String text) {
        return new Inbound(ID, 1, 0, true, text.getBytes(StandardCharsets.UTF_8));
    }
}
