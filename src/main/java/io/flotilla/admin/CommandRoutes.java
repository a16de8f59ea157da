package io.flotilla.admin;

import io.flotilla.Fleet;
import io.flotilla.connection.ConnectionState;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Labels;
import io.flotilla.supervision.Glance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** Tells connections what to do, one or many. */
final class CommandRoutes {

    private final Fleet fleet;
    private final Runnable drain;

    CommandRoutes(Fleet fleet, Runnable drain) {
        this.fleet = fleet;
        this.drain = drain;
    }

    /**
     * What can be told.
     *
     * @param tell answers whether it could be done
     * @param fit whom it is for, where many are told
     */
    private record Command(String name, Telling tell, Predicate<Glance> fit) {}

    /** Tells one connection; whether it could be done. */
    private interface Telling {
        CompletionStage<Boolean> tell(ConnectionId id);
    }

    List<Route> table() {
        List<Route> routes = new ArrayList<>();
        List.of(
                        new Command("start", fleet::start, glance -> true),
                        new Command("stop", this::stop, glance -> true),
                        new Command("restart", fleet::restart, glance -> glance.desired() == Desired.UP),
                        new Command("dial-now", fleet::dialNow, glance -> glance.state() == ConnectionState.WAITING))
                .forEach(command -> {
                    routes.add(Route.guarded(
                            HttpMethods.POST,
                            "/api/v1/connections/{id}/" + command.name(),
                            call -> one(command, call.id())));
                    routes.add(Route.guarded(
                            HttpMethods.POST,
                            "/api/v1/connections/" + command.name(),
                            call -> many(command, call.query()),
                            "label",
                            "all"));
                });
        routes.add(Route.guarded(HttpMethods.POST, "/api/v1/connections/{id}/rotate", call -> notYet(call.id())));
        routes.add(Route.guarded(
                HttpMethods.POST,
                "/api/v1/connections/rotate",
                call -> {
                    chosen(call.query());
                    return notYet();
                },
                "label",
                "all"));
        routes.add(Route.guarded(HttpMethods.POST, "/api/v1/drain", call -> drain()));
        return routes;
    }

    /** Its stage waits for the socket, and nobody else does. */
    private CompletionStage<Boolean> stop(ConnectionId id) {
        boolean there = fleet.status(id).isPresent();
        CompletableFuture<Boolean> stopped = fleet.stop(id).toCompletableFuture();
        return stopped.isDone() ? stopped : CompletableFuture.completedStage(there);
    }

    private CompletionStage<HttpResponse> one(Command command, ConnectionId id) {
        if (fleet.status(id).isEmpty()) {
            throw Problem.absent(id.value()).refusal();
        }
        return command.tell().tell(id).thenCompose(done -> {
            if (!done) {
                throw unfit(command, id).refusal();
            }
            return Answers.accepted(json -> {
                json.writeStringField("id", id.value());
                json.writeStringField("command", command.name());
            });
        });
    }

    private Problem unfit(Command command, ConnectionId id) {
        return fleet.status(id)
                .map(status -> Problem.of(
                        StatusCodes.CONFLICT,
                        command.name() + " is not for connection [" + id + "], which is " + status.state()
                                + " and wanted " + status.desired() + "; start it first"))
                .orElseGet(() -> Problem.absent(id.value()));
    }

    private CompletionStage<HttpResponse> many(Command command, Query query) {
        Predicate<Glance> chosen = chosen(query);
        List<ConnectionId> told = fleet.glances(Optional.empty())
                .filter(chosen)
                .filter(command.fit())
                .map(Glance::id)
                .toList();
        if (fleet.isClosing()) {
            throw new IllegalStateException("The fleet is closing");
        }
        told.forEach(command.tell()::tell);
        return Answers.accepted(json -> {
            json.writeStringField("command", command.name());
            json.writeNumberField("connections", told.size());
        });
    }

    private static Predicate<Glance> chosen(Query query) {
        List<Labels> labels = query.parsed("label", Labels::parse);
        boolean all = query.word("all", "false", List.of("true", "false")).equals("true");
        if (all == !labels.isEmpty()) {
            throw Problem.of(
                            StatusCodes.BAD_REQUEST,
                            all
                                    ? "all=true and label are there; expected one of them"
                                    : "Nobody is chosen; expected label=k=v, or all=true for every connection")
                    .refusal();
        }
        return glance -> labels.stream().allMatch(glance.labels()::hasAll);
    }

    private CompletionStage<HttpResponse> notYet(ConnectionId id) {
        if (fleet.status(id).isEmpty()) {
            throw Problem.absent(id.value()).refusal();
        }
        return notYet();
    }

    private static CompletionStage<HttpResponse> notYet() {
        throw Problem.of(StatusCodes.NOT_IMPLEMENTED, "This version does not rotate links")
                .refusal();
    }

    private CompletionStage<HttpResponse> drain() {
        HttpResponse answer = Answers.object(StatusCodes.ACCEPTED, json -> {
            json.writeBooleanField("draining", true);
            json.writeStringField("deadline", fleet.settings().drainDeadline().toString());
        });
        return Answers.now(fleet.isClosing() ? answer : Answers.then(answer, drain));
    }
}
