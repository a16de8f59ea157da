package io.flotilla.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.Fleet;
import io.flotilla.connection.ConnectionState;
import io.flotilla.spec.Desired;
import io.flotilla.spec.FleetSettings;
import io.flotilla.supervision.DialStats;
import io.flotilla.supervision.Glance;
import io.flotilla.supervision.Totals;
import io.flotilla.supervision.Trouble;
import io.flotilla.telemetry.Trend;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What is asked about the fleet as a whole. */
final class FleetRoutes {

    private final Fleet fleet;
    private final double readyShare;
    private final AdminParts parts;
    private final Instant since;
    private final LongSupplier lastEvent;

    FleetRoutes(Fleet fleet, double readyShare, AdminParts parts, LongSupplier lastEvent) {
        this.fleet = fleet;
        this.readyShare = readyShare;
        this.parts = parts;
        this.since = parts.clock().instant();
        this.lastEvent = lastEvent;
    }

    List<Route> table() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.guarded(HttpMethods.GET, "/api/v1/fleet", this::fleet));
        routes.add(Route.guarded(HttpMethods.GET, "/api/v1/troubles", call -> troubles()));
        parts.trend()
                .ifPresent(steps ->
                        routes.add(Route.guarded(HttpMethods.GET, "/api/v1/trend", call -> trend(steps.get()))));
        return routes;
    }

    private CompletionStage<HttpResponse> troubles() {
        List<Trouble> troubles = fleet.troubles();
        return Answers.ok(json -> {
            json.writeFieldName("items");
            Records.value(json, troubles);
        });
    }

    private static CompletionStage<HttpResponse> trend(List<Trend.Step> steps) {
        return Answers.ok(json -> {
            json.writeStringField("step", Trend.STEP.toString());
            json.writeFieldName("items");
            Records.value(json, steps);
        });
    }

    private CompletionStage<HttpResponse> fleet(Call call) {
        long last = lastEvent.getAsLong(); // before the look: what comes after it is in the stream behind this
        Map<ConnectionState, Integer> states = new EnumMap<>(ConnectionState.class);
        Map<Desired, Integer> desired = new EnumMap<>(Desired.class);
        Map<String, Integer> failures = new TreeMap<>();
        List.of(ConnectionState.values()).forEach(state -> states.put(state, 0));
        List.of(Desired.values()).forEach(wish -> desired.put(wish, 0));
        List<Glance> glances = fleet.glances(Optional.empty()).toList();
        for (Glance glance : glances) {
            states.merge(glance.state(), 1, Integer::sum);
            desired.merge(glance.desired(), 1, Integer::sum);
            if (glance.state() != ConnectionState.READY) {
                glance.kind().ifPresent(kind -> failures.merge(kind.name(), 1, Integer::sum));
            }
        }
        Readiness readiness = Readiness.of(glances.stream(), readyShare);
        return Answers.ok(json -> {
            counts(json, "states", states);
            counts(json, "desired", desired);
            counts(json, "failures", failures);
            json.writeFieldName("dials");
            dials(json, fleet.dialStats());
            json.writeFieldName("limits");
            limits(json, fleet.settings().limits());
            Totals totals = fleet.totals();
            json.writeObjectFieldStart("messages");
            json.writeNumberField("in", totals.messagesIn());
            json.writeNumberField("out", totals.messagesOut());
            json.writeEndObject();
            json.writeObjectFieldStart("health");
            json.writeBooleanField(
                    "ready", readiness.isReady() && parts.loaded().getAsBoolean() && !fleet.isClosing());
            json.writeNumberField("share", readiness.share());
            json.writeNumberField("wanted", readiness.wanted());
            json.writeEndObject();
            json.writeObjectFieldStart("build");
            json.writeStringField("version", version());
            json.writeStringField("java", Runtime.version().toString());
            json.writeEndObject();
            json.writeStringField("since", Json.time(since));
            json.writeBooleanField("draining", fleet.isClosing());
            json.writeStringField("lastEventId", Long.toString(last));
            json.writeBooleanField("payloads", call.payloads());
        });
    }

    private static void counts(JsonGenerator json, String key, Map<?, Integer> counts) throws IOException {
        json.writeObjectFieldStart(key);
        for (Map.Entry<?, Integer> count : counts.entrySet()) {
            json.writeNumberField(String.valueOf(count.getKey()), count.getValue());
        }
        json.writeEndObject();
    }

    private static void dials(JsonGenerator json, DialStats dials) throws IOException {
        json.writeStartObject();
        json.writeNumberField("perSecond", dials.lastSecond());
        json.writeNumberField("waiting", dials.waiting());
        json.writeNumberField("inFlight", dials.inFlight());
        json.writeNumberField("breakersOpen", dials.breakersOpen());
        json.writeBooleanField("paused", dials.paused());
        json.writeEndObject();
    }

    private static void limits(JsonGenerator json, FleetSettings.Limits limits) throws IOException {
        json.writeStartObject();
        number(json, "dialsPerSecond", limits.dialsPerSecond());
        count(json, "dialsInFlight", limits.dialsInFlight());
        json.writeNumberField("receiveMemory", limits.receiveMemory());
        json.writeObjectFieldStart("perHost");
        number(json, "dialsPerSecond", limits.hostDialsPerSecond());
        count(json, "connections", limits.hostConnections());
        json.writeEndObject();
        json.writeObjectFieldStart("perCredential");
        number(json, "dialsPerSecond", limits.credentialDialsPerSecond());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String key, OptionalDouble number) throws IOException {
        if (number.isPresent()) {
            json.writeNumberField(key, number.getAsDouble());
        } else {
            json.writeNullField(key);
        }
    }

    private static void count(JsonGenerator json, String key, OptionalInt count) throws IOException {
        if (count.isPresent()) {
            json.writeNumberField(key, count.getAsInt());
        } else {
            json.writeNullField(key);
        }
    }

    private static String version() {
        return Optional.ofNullable(Fleet.class.getPackage().getImplementationVersion())
                .orElse("dev");
    }
}
