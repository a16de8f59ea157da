package io.flotilla.admin;

import io.flotilla.spec.AdminSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.headers.TimeoutAccess;
import org.apache.pekko.stream.Materializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds who answers, and makes a problem of whatever goes wrong on the way. */
final class Router {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final List<Route> routes;
    private final Doorkeeper doorkeeper;
    private final AdminSettings settings;
    private final BooleanSupplier closing;
    private final Materializer materializer;

    /** @param closing whether the fleet is, which is then why it does nothing more */
    Router(
            List<Route> routes,
            Doorkeeper doorkeeper,
            AdminSettings settings,
            BooleanSupplier closing,
            Materializer materializer) {
        this.routes = List.copyOf(routes);
        this.doorkeeper = doorkeeper;
        this.settings = settings;
        this.closing = closing;
        this.materializer = materializer;
    }

    CompletionStage<HttpResponse> answer(HttpRequest request) {
        request.getHeader(TimeoutAccess.class)
                .ifPresent(access -> access.timeoutAccess()
                        .updateHandler(late -> guarded(
                                Problem.of(StatusCodes.SERVICE_UNAVAILABLE, "It is not known in time what came of this")
                                        .response())));
        CompletionStage<HttpResponse> answer;
        try {
            answer = route(request);
        } catch (RuntimeException thrown) {
            answer = Answers.now(problem(request, thrown));
        }
        return answer.exceptionally(thrown -> problem(request, thrown)).thenApply(Router::guarded);
    }

    private CompletionStage<HttpResponse> route(HttpRequest request) {
        doorkeeper.checkHost(request);
        List<String> segments = segments(request);
        List<Route> there = new ArrayList<>();
        for (Route route : routes) {
            Optional<Map<String, String>> path = route.match(segments);
            if (path.isPresent() && route.method().equals(request.method())) {
                return handle(request, route, path.get());
            }
            path.ifPresent(found -> there.add(route));
        }
        if (there.isEmpty()) {
            throw Problem.of(StatusCodes.NOT_FOUND, "There is nothing at this path; /openapi.yaml says what there is")
                    .refusal();
        }
        String allowed = there.stream()
                .map(route -> route.method().value())
                .flatMap(method -> method.equals("GET")
                        ? java.util.stream.Stream.of("GET", "HEAD")
                        : java.util.stream.Stream.of(method))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(", "));
        throw Problem.of(
                        StatusCodes.METHOD_NOT_ALLOWED,
                        request.method().value() + " is not answered here; expected " + allowed)
                .header("Allow", allowed)
                .refusal();
    }

    private CompletionStage<HttpResponse> handle(HttpRequest request, Route route, Map<String, String> path) {
        if (!request.method().equals(HttpMethods.GET) || route.access() == Route.Access.STREAM) {
            doorkeeper.checkOrigin(request);
        }
        boolean known = route.access() == Route.Access.OPEN ? knownOpenly(request) : doorkeeper.knows(request);
        if (!known && route.access() != Route.Access.OPEN) {
            throw Problem.of(
                            StatusCodes.UNAUTHORIZED, "Expected the token: Authorization: Bearer TOKEN, or POST /login")
                    .header("WWW-Authenticate", "Bearer realm=\"flotilla\"")
                    .refusal();
        }
        Call call = new Call(
                request,
                path,
                Query.of(request.getUri(), route.parameters()),
                known,
                known && doorkeeper.showsPayloads(request),
                settings.requestLimit(),
                materializer);
        if (route.body() || request.entity().isStrict()) {
            return route.handler().handle(call);
        }
        return call.ignoreBody().thenCompose(read -> route.handler().handle(call));
    }

    /** What needs no token must not fail over a wrong one. */
    private boolean knownOpenly(HttpRequest request) {
        try {
            return doorkeeper.knows(request);
        } catch (Refusal tooMany) {
            return false;
        }
    }

    private static List<String> segments(HttpRequest request) {
        List<String> segments = new ArrayList<>();
        request.getUri().pathSegments().forEach(segments::add);
        if (!segments.isEmpty() && request.getUri().path().endsWith("/")) {
            segments.add(""); // another path than the one without it
        }
        return segments;
    }

    private HttpResponse problem(HttpRequest request, Throwable thrown) {
        request.discardEntityBytes(materializer);
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof Refusal refusal) {
            return refusal.problem().response();
        }
        if (cause instanceof IllegalStateException && closing.getAsBoolean()) {
            return Problem.of(StatusCodes.SERVICE_UNAVAILABLE, "The fleet is draining: nothing new is taken")
                    .response();
        }
        Problem problem = Problem.of(StatusCodes.INTERNAL_SERVER_ERROR, "This is a bug; the log says more at instance");
        LOG.error("{} {} failed, {}", request.method().value(), request.getUri().path(), problem.instance(), cause);
        return problem.response();
    }

    /** Headers of every answer: nobody guesses its type, keeps it, frames it, or loads it into a page of another origin. */
    static HttpResponse guarded(HttpResponse answer) {
        HttpResponse guarded = answer.addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"))
                .addHeader(RawHeader.create("Referrer-Policy", "no-referrer"))
                .addHeader(RawHeader.create("Cross-Origin-Resource-Policy", "same-origin"));
        if (answer.getHeader("Cache-Control").isEmpty()) {
            guarded = guarded.addHeader(RawHeader.create("Cache-Control", "no-store"));
        }
        if (answer.getHeader("Content-Security-Policy").isEmpty()) {
            guarded = guarded.addHeader(
                    RawHeader.create("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"));
        }
        return guarded;
    }
}
