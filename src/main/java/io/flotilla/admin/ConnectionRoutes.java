package io.flotilla.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.Fleet;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.sink.RecordedFrame;
import io.flotilla.spec.ConnectionId;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.supervision.Glance;
import io.flotilla.supervision.Status;
import io.flotilla.supervision.Why;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** What is asked about connections. */
final class ConnectionRoutes {

    private static final int PAGE = 100;
    private static final int MOST = 1000;

    private final Fleet fleet;

    ConnectionRoutes(Fleet fleet) {
        this.fleet = fleet;
    }

    List<Route> table() {
        return List.of(
                Route.guarded(HttpMethods.GET, "/api/v1/connections", this::page, parameters()),
                Route.guarded(HttpMethods.GET, "/api/v1/connections/{id}", this::one),
                Route.guarded(HttpMethods.GET, "/api/v1/connections/{id}/why", this::why),
                Route.guarded(HttpMethods.GET, "/api/v1/connections/{id}/frames", this::frames),
                Route.guarded(HttpMethods.GET, "/api/v1/connections/{id}/history", this::history));
    }

    private static String[] parameters() {
        return Stream.concat(Stream.of(Filter.PARAMETERS), Stream.of("after", "limit", "view"))
                .toArray(String[]::new);
    }

    /** A page, and the count of what matches beyond it too. */
    private CompletionStage<HttpResponse> page(Call call) {
        Filter filter = Filter.of(call.query());
        Optional<ConnectionId> after =
                call.query().one("after").map(text -> Query.parsed("after", text, ConnectionId::of));
        int limit = call.query().number("limit", PAGE, 1, MOST);
        boolean brief =
                call.query().word("view", "full", List.of("full", "brief")).equals("brief");
        List<Glance> items = new ArrayList<>();
        Iterator<Glance> matches =
                fleet.glances(after).filter(filter).limit(limit + 1L).iterator();
        while (matches.hasNext()) {
            items.add(matches.next());
        }
        boolean more = items.size() > limit;
        List<Glance> shown = more ? items.subList(0, limit) : items;
        Optional<String> next = Optional.of(shown)
                .filter(any -> more)
                .map(any -> any.get(any.size() - 1).id().value());
        long total = filter.isOpen()
                ? fleet.size()
                : fleet.glances(Optional.empty()).filter(filter).count();
        return Answers.ok(json -> {
            json.writeArrayFieldStart("items");
            for (Glance glance : shown) {
                if (brief) {
                    StatusJson.brief(json, glance);
                } else {
                    Optional<Status> status = fleet.status(glance.id());
                    if (status.isPresent()) { // it may have gone meanwhile
                        StatusJson.status(json, status.get());
                    }
                }
            }
            json.writeEndArray();
            json.writeNumberField("total", total);
            Json.text(json, "next", next);
        });
    }

    private CompletionStage<HttpResponse> one(Call call) {
        Status status = found(call.id());
        return Answers.now(HttpResponse.create()
                .withStatus(StatusCodes.OK)
                .withEntity(org.apache.pekko.http.javadsl.model.HttpEntities.create(
                        org.apache.pekko.http.javadsl.model.ContentTypes.APPLICATION_JSON,
                        Json.of(json -> StatusJson.status(json, status))))
                .addHeader(RawHeader.create("ETag", etag(status.revision()))));
    }

    private CompletionStage<HttpResponse> history(Call call) {
        found(call.id());
        List<ConnectionEvent> history = fleet.history(call.id());
        return Answers.ok(json -> {
            json.writeArrayFieldStart("items");
            for (ConnectionEvent event : history) {
                EventJson.write(json, new FleetEvent.OfConnection(event), OptionalLong.empty(), EventJson.led(event));
            }
            json.writeEndArray();
        });
    }

    private CompletionStage<HttpResponse> why(Call call) {
        Why why = fleet.why(call.id())
                .orElseThrow(() -> Problem.absent(call.id().value()).refusal());
        return Answers.ok(json -> Records.fields(json, why));
    }

    private CompletionStage<HttpResponse> frames(Call call) {
        found(call.id());
        call.needsPayloads();
        List<RecordedFrame> frames = fleet.frames(call.id());
        return Answers.ok(json -> {
            json.writeArrayFieldStart("items");
            for (RecordedFrame frame : frames) {
                frame(json, frame);
            }
            json.writeEndArray();
        });
    }

    private static void frame(JsonGenerator json, RecordedFrame frame) throws IOException {
        json.writeStartObject();
        json.writeStringField("at", Json.time(frame.at()));
        json.writeNumberField("generation", frame.generation());
        json.writeStringField("direction", frame.direction().name().toLowerCase(Locale.ROOT));
        json.writeStringField("kind", frame.kind().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("size", frame.size());
        if (frame.kind() == RecordedFrame.Kind.BINARY) {
            json.writeStringField("base64", Base64.getEncoder().encodeToString(frame.payload()));
        } else {
            json.writeStringField("text", frame.text());
        }
        json.writeBooleanField("cut", frame.cut());
        json.writeBooleanField("frozen", frame.frozen());
        json.writeEndObject();
    }

    private Status found(ConnectionId id) {
        return fleet.status(id).orElseThrow(() -> Problem.absent(id.value()).refusal());
    }

    static String etag(String revision) {
        return '"' + revision + '"';
    }
}
