package io.flotilla.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** The dashboard and the description, which lie beside this class, and the way in for browsers. */
final class PageRoutes {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private static final Map<String, ContentType> TYPES = Map.of(
            "html", ContentTypes.parse("text/html; charset=utf-8"),
            "js", ContentTypes.parse("text/javascript; charset=utf-8"),
            "css", ContentTypes.parse("text/css; charset=utf-8"),
            "svg", ContentTypes.parse("image/svg+xml"),
            "png", ContentTypes.parse("image/png"),
            "ico", ContentTypes.parse("image/x-icon"),
            "woff2", ContentTypes.parse("font/woff2"),
            "yaml", ContentTypes.parse("application/yaml"));

    /** Nothing but what is served here, and no script or style within the page. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self';"
                    + " frame-ancestors 'none'";

    /** A file as it is served. */
    private record File(ByteString content, ContentType type, String etag) {}

    private final Doorkeeper doorkeeper;

    /** What is not there is not kept: names are anybody's to make up. */
    private final Map<String, File> files = new ConcurrentHashMap<>();

    PageRoutes(Doorkeeper doorkeeper) {
        this.doorkeeper = doorkeeper;
    }

    List<Route> table() {
        return List.of(
                Route.open(HttpMethods.GET, "/", call -> file(call, "page/index.html")),
                Route.open(HttpMethods.GET, "/page/{file}", this::page),
                Route.guarded(HttpMethods.GET, "/openapi.yaml", call -> file(call, "openapi.yaml")),
                Route.open(HttpMethods.POST, "/login", this::login).withBody(),
                Route.open(HttpMethods.POST, "/logout", this::logout));
    }

    private CompletionStage<HttpResponse> page(Call call) {
        String name = Objects.requireNonNull(call.path().get("file"));
        if (!NAME.matcher(name).matches()) {
            throw absent();
        }
        return file(call, "page/" + name);
    }

    private CompletionStage<HttpResponse> file(Call call, String path) {
        File file = find(path).orElseThrow(PageRoutes::absent);
        boolean same = call.header("If-None-Match").filter(file.etag()::equals).isPresent();
        HttpResponse answer = same
                ? HttpResponse.create().withStatus(StatusCodes.NOT_MODIFIED)
                : HttpResponse.create().withEntity(HttpEntities.create(file.type(), file.content()));
        return Answers.now(answer.addHeader(RawHeader.create("ETag", file.etag()))
                .addHeader(RawHeader.create("Cache-Control", "no-cache"))
                .addHeader(RawHeader.create("Content-Security-Policy", POLICY)));
    }

    private Optional<File> find(String path) {
        File known = files.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        ContentType type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        try (InputStream in = PageRoutes.class.getResourceAsStream(path)) {
            if (in == null || type == null) {
                return Optional.empty();
            }
            byte[] content = in.readAllBytes();
            File file = new File(ByteString.fromArrayUnsafe(content), type, '"' + digest(content) + '"');
            files.put(path, file);
            return Optional.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The jar cannot be read at " + path, e);
        }
    }

    private CompletionStage<HttpResponse> login(Call call) {
        return call.body().thenApply(body -> {
            body.only(Set.of("token"));
            String token = body.text("token")
                    .orElseThrow(() -> Problem.of(StatusCodes.BAD_REQUEST, "Expected [token] in the body")
                            .refusal());
            return withCookie(doorkeeper.login(call.request(), token));
        });
    }

    private CompletionStage<HttpResponse> logout(Call call) {
        return Answers.now(withCookie(Optional.of(doorkeeper.logout(call.request()))));
    }

    private static HttpResponse withCookie(Optional<String> cookie) {
        HttpResponse answer = HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
        return cookie.map(value -> answer.addHeader(RawHeader.create("Set-Cookie", value)))
                .orElse(answer);
    }

    private static Refusal absent() {
        return Problem.of(StatusCodes.NOT_FOUND, "There is no such file").refusal();
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
