package io.flotilla.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.Fleet;
import io.flotilla.spec.ConnectionId;
import io.flotilla.telemetry.PrometheusText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.util.ByteString;

/** Probes, and metrics where there are any. */
final class HealthRoutes {

    private final Fleet fleet;
    private final double readyShare;
    private final AdminParts parts;

    HealthRoutes(Fleet fleet, double readyShare, AdminParts parts) {
        this.fleet = fleet;
        this.readyShare = readyShare;
        this.parts = parts;
    }

    List<Route> table() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.open(HttpMethods.GET, "/health/live", call -> live()));
        routes.add(Route.open(HttpMethods.GET, "/health/ready", this::ready));
        parts.metrics()
                .ifPresent(text -> routes.add(Route.guarded(HttpMethods.GET, "/metrics", call -> metrics(text))));
        return routes;
    }

    /** That this is answered says it all. */
    private static CompletionStage<HttpResponse> live() {
        return Answers.ok(json -> json.writeStringField("status", "UP"));
    }

    private CompletionStage<HttpResponse> ready(Call call) {
        Readiness readiness = Readiness.of(fleet.glances(Optional.empty()), readyShare);
        Optional<String> early = early();
        if (readiness.isReady() && early.isEmpty()) {
            return Answers.ok(json -> {
                json.writeStringField("status", "UP");
                if (call.known()) {
                    details(json, readiness);
                }
            });
        }
        Problem problem = Problem.of(
                StatusCodes.SERVICE_UNAVAILABLE,
                call.known() ? early.orElse(said(readiness)) : "The fleet is not ready");
        throw (call.known() ? detailed(problem, readiness) : problem).refusal();
    }

    /** Why the share does not count. */
    private Optional<String> early() {
        if (fleet.isClosing()) {
            return Optional.of("The fleet is draining");
        }
        return parts.loaded().getAsBoolean()
                ? Optional.empty()
                : Optional.of("The configuration is still being put into the fleet");
    }

    private static String said(Readiness readiness) {
        return readiness.ready() + " of " + readiness.wanted() + " wanted connections are READY; expected "
                + Math.round(readiness.needed() * 100) + "% (health.ready-share)";
    }

    private static void details(JsonGenerator json, Readiness readiness) throws IOException {
        json.writeNumberField("ready", readiness.ready());
        json.writeNumberField("wanted", readiness.wanted());
        json.writeNumberField("share", readiness.share());
        json.writeNumberField("needed", readiness.needed());
        json.writeFieldName("missing");
        Records.value(json, readiness.missing());
    }

    private static Problem detailed(Problem problem, Readiness readiness) {
        List<Map<String, Object>> missing = new ArrayList<>();
        for (Readiness.Missing group : readiness.missing()) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("reason", group.reason());
            members.put("state", group.state().name());
            members.put("kind", group.kind().map(Enum::name).orElse(null));
            members.put("connections", group.connections());
            members.put(
                    "sample", group.sample().stream().map(ConnectionId::value).toList());
            missing.add(members);
        }
        return problem.with("ready", readiness.ready())
                .with("wanted", readiness.wanted())
                .with("share", readiness.share())
                .with("needed", readiness.needed())
                .with("missing", missing);
    }

    private static CompletionStage<HttpResponse> metrics(Supplier<String> text) {
        return Answers.now(HttpResponse.create()
                .withEntity(HttpEntities.create(
                        ContentTypes.parse(PrometheusText.CONTENT_TYPE), ByteString.fromString(text.get()))));
    }
}
