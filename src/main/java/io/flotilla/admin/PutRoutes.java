package io.flotilla.admin;

import io.flotilla.Fleet;
import io.flotilla.spec.ApiSpecs;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.InvalidConfig;
import io.flotilla.spec.Source;
import io.flotilla.supervision.Guard;
import io.flotilla.supervision.PutOutcome;
import io.flotilla.supervision.Status;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Puts connections, and takes away those that were put. */
final class PutRoutes {

    /** How long a delete waits for the socket before it says that it is still closing. */
    private static final int GONE_SECONDS = 2;

    private final Fleet fleet;
    private final ApiSpecs specs;

    PutRoutes(Fleet fleet, ApiSpecs specs) {
        this.fleet = fleet;
        this.specs = specs;
    }

    List<Route> table() {
        return List.of(
                Route.guarded(HttpMethods.PUT, "/api/v1/connections/{id}", this::put)
                        .withBody(),
                Route.guarded(HttpMethods.DELETE, "/api/v1/connections/{id}", this::delete));
    }

    private CompletionStage<HttpResponse> put(Call call) {
        ConnectionId id = call.id();
        Guard guard = guard(call, id);
        return call.body().thenCompose(body -> {
            ConnectionSpec spec = read(id, body.text());
            return fleet.put(spec, Source.API, guard)
                    .exceptionally(PutRoutes::unusable)
                    .thenApply(outcome -> answer(outcome, id));
        });
    }

    private ConnectionSpec read(ConnectionId id, String json) {
        try {
            return specs.read(id, json);
        } catch (InvalidConfig invalid) {
            throw Problem.of(StatusCodes.UNPROCESSABLE_CONTENT, String.valueOf(invalid.getMessage()))
                    .with(Call.errors(invalid.problems()))
                    .refusal();
        }
    }

    /** The fleet knows what its sinks, credentials and transports are. */
    private static PutOutcome unusable(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (cause instanceof IllegalArgumentException) {
            throw Problem.of(StatusCodes.UNPROCESSABLE_CONTENT, String.valueOf(cause.getMessage()))
                    .refusal();
        }
        throw cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    private HttpResponse answer(PutOutcome outcome, ConnectionId id) {
        Status status =
                fleet.status(id).orElseThrow(() -> Problem.absent(id.value()).refusal()); // deleted meanwhile
        HttpResponse answer = Answers.object(
                        outcome == PutOutcome.CREATED ? StatusCodes.CREATED : StatusCodes.OK, json -> {
                            json.writeStringField("outcome", outcome.name().toLowerCase(Locale.ROOT));
                            json.writeFieldName("status");
                            StatusJson.status(json, status);
                        })
                .addHeader(RawHeader.create("ETag", ConnectionRoutes.etag(status.revision())));
        return outcome == PutOutcome.CREATED
                ? answer.addHeader(RawHeader.create("Location", "/api/v1/connections/" + id))
                : answer;
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        ConnectionId id = call.id();
        CompletableFuture<Optional<Boolean>> gone = fleet.remove(id, guard(call, id))
                .<Optional<Boolean>>thenApply(Optional::of)
                .toCompletableFuture()
                .completeOnTimeout(Optional.empty(), GONE_SECONDS, TimeUnit.SECONDS);
        return gone.thenApply(found -> {
            if (found.isPresent() && !found.get()) {
                throw Problem.absent(id.value()).refusal();
            }
            return HttpResponse.create().withStatus(found.isPresent() ? StatusCodes.NO_CONTENT : StatusCodes.ACCEPTED);
        });
    }

    /** What the headers ask for, and that no file owns it; looked at where nothing comes in between. */
    private static Guard guard(Call call, ConnectionId id) {
        Optional<List<String>> match = call.header("If-Match").map(text -> etags("If-Match", text));
        Optional<String> none = call.header("If-None-Match");
        none.filter(text -> !text.strip().equals("*")).ifPresent(text -> {
            throw Problem.of(StatusCodes.BAD_REQUEST, "If-None-Match = [" + text + "]: expected *")
                    .refusal();
        });
        return status -> {
            match.ifPresent(tags -> checkMatch(tags, status));
            if (none.isPresent() && status.isPresent()) {
                throw stale("Connection [" + id + "] is there").refusal();
            }
            status.ifPresent(PutRoutes::checkOwner);
        };
    }

    private static void checkMatch(List<String> tags, Optional<Status> status) {
        if (status.isEmpty()) {
            throw stale("There is no such connection").refusal();
        }
        String etag = ConnectionRoutes.etag(status.get().revision());
        if (!tags.contains("*") && !tags.contains(etag)) {
            throw stale("The revision is " + etag).header("ETag", etag).refusal();
        }
    }

    private static void checkOwner(Status status) {
        if (status.source().kind() == Source.Kind.FILE) {
            throw Problem.of(
                            StatusCodes.CONFLICT,
                            "A file owns connection [" + status.id() + "]: "
                                    + status.source().where()
                                    + "; it may be started and stopped here, and is changed there")
                    .with("source", status.source().where())
                    .refusal();
        }
    }

    private static Problem stale(String detail) {
        return Problem.of(StatusCodes.PRECONDITION_FAILED, detail);
    }

    /** A weak one is well written, and never the one that is meant (RFC 9110 13.1.1). */
    private static List<String> etags(String header, String text) {
        List<String> tags = List.of(text.strip().split("\\s*,\\s*"));
        if (!tags.stream().allMatch(tag -> tag.equals("*") || tag.matches("(W/)?\"[\\x21\\x23-\\x7e]*\""))) {
            throw Problem.of(
                            StatusCodes.BAD_REQUEST,
                            header + " = [" + text + "]: expected an ETag in quotes, such as \"9f2c\", or *")
                    .refusal();
        }
        return tags;
    }
}
