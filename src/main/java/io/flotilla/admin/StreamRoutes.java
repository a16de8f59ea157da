package io.flotilla.admin;

import io.flotilla.Fleet;
import io.flotilla.ShelfSource;
import io.flotilla.sink.Shelf;
import io.flotilla.spec.AdminSettings;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Labels;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.supervision.Status;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Streams that stay open: events of the fleet, messages of a connection. So many at once, and no more. */
final class StreamRoutes {

    private static final ContentType TYPE = ContentTypes.create(
            MediaTypes.customWithFixedCharset("text", "event-stream", HttpCharsets.UTF_8, java.util.Map.of(), true));

    private final Fleet fleet;
    private final EventRing ring;
    private final AdminSettings settings;
    private final Doorkeeper doorkeeper;

    /** Those that are open, each by what wakes it. */
    private final Set<Runnable> open = ConcurrentHashMap.newKeySet();

    private final CompletableFuture<Void> quiet = new CompletableFuture<>();
    private volatile boolean ending;

    StreamRoutes(Fleet fleet, EventRing ring, AdminSettings settings, Doorkeeper doorkeeper) {
        this.fleet = fleet;
        this.ring = ring;
        this.settings = settings;
        this.doorkeeper = doorkeeper;
    }

    List<Route> table() {
        return List.of(
                Route.stream(HttpMethods.GET, "/api/v1/events", this::events, "label", "id", "kind", "after"),
                Route.stream(HttpMethods.GET, "/api/v1/connections/{id}/messages", this::messages));
    }

    private CompletionStage<HttpResponse> events(Call call) {
        List<Labels> labels = call.query().parsed("label", Labels::parse);
        Set<ConnectionId> ids = Set.copyOf(call.query().parsed("id", ConnectionId::of));
        Set<String> kinds = call.query().words("kind", EventJson.KINDS);
        OptionalLong after = after(call);
        return stream(call, arrived -> new EventTail(ring, after, wanted(labels, ids, kinds), arrived));
    }

    private static OptionalLong after(Call call) {
        Optional<String> text =
                call.header("Last-Event-ID").or(() -> call.query().one("after"));
        text.filter(number -> !number.matches("\\d{1,18}")).ifPresent(number -> {
            throw Query.unexpected("after", number, "the number of an event (or in Last-Event-ID)");
        });
        return text.stream().mapToLong(Long::parseLong).findFirst();
    }

    /** Labels are those that the connection has now. */
    private Predicate<FleetEvent> wanted(List<Labels> labels, Set<ConnectionId> ids, Set<String> kinds) {
        return event -> {
            if (!kinds.isEmpty() && !kinds.contains(EventJson.kind(event))) {
                return false;
            }
            if (ids.isEmpty() && labels.isEmpty()) {
                return true;
            }
            if (!(event instanceof FleetEvent.OfConnection of)) {
                return false;
            }
            ConnectionId id = of.event().id();
            return (ids.isEmpty() || ids.contains(id))
                    && (labels.isEmpty()
                            || fleet.status(id)
                                    .map(Status::labels)
                                    .filter(has -> labels.stream().allMatch(has::hasAll))
                                    .isPresent());
        };
    }

    private CompletionStage<HttpResponse> messages(Call call) {
        ConnectionId id = call.id();
        if (fleet.status(id).isEmpty()) {
            throw Problem.absent(id.value()).refusal();
        }
        call.needsPayloads();
        return stream(call, arrived -> new MessageTail(fleet.peek(id, arrived), settings.excerpt(), fleet::masks));
    }

    private CompletionStage<HttpResponse> stream(Call call, Function<Runnable, Shelf<ByteString>> opener) {
        if (ending) {
            throw Problem.of(StatusCodes.SERVICE_UNAVAILABLE, "The API is ending")
                    .refusal();
        }
        if (open.size() >= settings.streams()) {
            throw Problem.of(
                            StatusCodes.SERVICE_UNAVAILABLE,
                            settings.streams() + " streams are open, which is all there may be (admin.streams)")
                    .header("Retry-After", "10")
                    .refusal();
        }
        BooleanSupplier pass = doorkeeper.pass(call.request());
        Source<ByteString, ?> events = Source.fromGraph(
                        new ShelfSource<>("admin", (Runnable arrived) -> new Counted(opener.apply(arrived), arrived)))
                .prepend(Source.single(Sse.BEGIN))
                .keepAlive(settings.keepAlive(), () -> Sse.COMMENT)
                .takeWhile(next -> pass.getAsBoolean()); // looked at whenever something is to be said, silence included
        return Answers.now(HttpResponse.create().withEntity(HttpEntities.createChunked(TYPE, events)));
    }

    /** Ends every stream, and opens none; completes when the last one has said what it had to. */
    CompletionStage<Void> end() {
        ending = true;
        open.forEach(Runnable::run);
        if (open.isEmpty()) {
            quiet.complete(null);
        }
        return quiet;
    }

    /** A shelf that counts as open from its run to its end: an answer that nobody takes opens none. */
    private final class Counted implements Shelf<ByteString> {
        private final Shelf<ByteString> shelf;
        private final Runnable waker;

        Counted(Shelf<ByteString> shelf, Runnable waker) {
            this.shelf = shelf;
            this.waker = waker;
            open.add(waker);
        }

        @Override
        public @Nullable ByteString take() {
            return shelf.take();
        }

        @Override
        public boolean isOver() {
            return ending || shelf.isOver();
        }

        @Override
        public long lost() {
            return shelf.lost();
        }

        @Override
        public void close() {
            if (open.remove(waker)) {
                shelf.close();
                if (ending && open.isEmpty()) {
                    quiet.complete(null);
                }
            }
        }
    }
}
