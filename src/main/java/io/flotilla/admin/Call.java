package io.flotilla.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Nearest;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

/**
 * One request that may be answered.
 *
 * @param path what stands for the names of the path
 * @param known whether it may have details: it showed the token, or none is asked for
 * @param payloads whether it may see payloads
 * @param bodyLimit bytes of its body, at the most
 */
record Call(
        HttpRequest request,
        Map<String, String> path,
        Query query,
        boolean known,
        boolean payloads,
        int bodyLimit,
        Materializer materializer) {

    private static final Duration BODY_TIME = Duration.ofSeconds(10);

    /** Bytes of a body behind its limit that are read and thrown away; what is longer is cut off. */
    private static final long MOST_DISCARDED = 1024 * 1024;

    /** What a body holds, as it came and as it reads. */
    record Body(String text, JsonNode json) {

        /** The text of this key; empty when it is not there. */
        Optional<String> text(String key) {
            JsonNode value = json.get(key);
            if (value == null || value.isNull()) {
                return Optional.empty();
            }
            if (!value.isTextual()) {
                throw bad("[" + key + "] in the body: expected a text");
            }
            return Optional.of(value.textValue());
        }

        /** Refuses keys that nobody reads. */
        void only(Set<String> keys) {
            json.fieldNames().forEachRemaining(key -> {
                if (!keys.contains(key)) {
                    throw bad("[" + key + "] is not a key of the body; expected " + new TreeSet<>(keys)
                            + Nearest.hint(key, keys));
                }
            });
        }
    }

    ConnectionId id() {
        String id = Objects.requireNonNull(path.get("id"));
        try {
            return ConnectionId.of(id);
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    Optional<String> header(String name) {
        return request.getHeader(name).map(HttpHeader::value);
    }

    /** Throws unless this call may see payloads. */
    void needsPayloads() {
        if (!payloads) {
            throw Problem.of(StatusCodes.FORBIDDEN, "Payloads are not shown to you (admin.payloads)")
                    .refusal();
        }
    }

    /** The body, one object of strict JSON. */
    CompletionStage<Body> body() {
        if (!request.entity().getContentType().mediaType().equals(MediaTypes.APPLICATION_JSON)) {
            throw Problem.of(
                            StatusCodes.UNSUPPORTED_MEDIA_TYPE,
                            "Content-Type is [" + request.entity().getContentType() + "]; expected application/json")
                    .header("Accept", "application/json")
                    .refusal();
        }
        header("Content-Encoding")
                .filter(coding -> !coding.equalsIgnoreCase("identity"))
                .ifPresent(coding -> {
                    throw Problem.of(
                                    StatusCodes.UNSUPPORTED_MEDIA_TYPE,
                                    "Content-Encoding is [" + coding + "]; expected the body as it is")
                            .header("Accept-Encoding", "identity")
                            .refusal();
                });
        return bytes().thenApply(whole -> read(text(whole)));
    }

    /** Reads a body that nobody asked for: who still sends may not hear an answer. */
    CompletionStage<Boolean> ignoreBody() {
        return bytes().thenApply(whole -> true);
    }

    /** A body that is a little too long is read to its end all the same, and thrown away: who is cut off while it sends may not hear why. */
    private CompletionStage<ByteString> bytes() {
        return request.entity()
                .withSizeLimit((long) bodyLimit + MOST_DISCARDED)
                .getDataBytes()
                .completionTimeout(BODY_TIME)
                .runFold(
                        ByteString.emptyByteString(),
                        (kept, more) -> kept.length() > bodyLimit ? kept : kept.concat(more),
                        materializer)
                .handle((kept, thrown) -> {
                    if (thrown != null) {
                        throw unread(thrown);
                    }
                    if (kept.length() > bodyLimit) {
                        throw tooLong();
                    }
                    return kept;
                });
    }

    private Refusal unread(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        boolean announced = request.entity().getContentLengthOption().orElse(0) > bodyLimit;
        if (announced || cause instanceof EntityStreamSizeException) {
            return tooLong();
        }
        return Problem.of(
                        StatusCodes.REQUEST_TIMEOUT,
                        "The body did not come whole within " + BODY_TIME.toSeconds() + " s")
                .refusal();
    }

    private Refusal tooLong() {
        return Problem.of(
                        StatusCodes.CONTENT_TOO_LARGE,
                        "The body is too long; expected at most " + bodyLimit + " bytes (admin.request-limit)")
                .refusal();
    }

    /** JSON is UTF-8 (RFC 8259 8.1); what is not could be somebody else's id or address once it is guessed at. */
    private static String text(ByteString bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.asByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            throw bad("The body is no UTF-8; expected JSON in UTF-8");
        }
    }

    private static Body read(String text) {
        try {
            JsonNode json = Json.MAPPER.readTree(text);
            if (!json.isObject()) {
                throw bad("The body is no object; expected {\"key\": …}");
            }
            return new Body(text, json);
        } catch (JsonProcessingException e) {
            String at = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw bad("The body is not JSON as it should be" + at + "; expected one object, each key once");
        }
    }

    private static Refusal bad(String detail) {
        return Problem.of(StatusCodes.BAD_REQUEST, detail).refusal();
    }

    /** A line for each thing that is wrong with a body. */
    static List<Map<String, Object>> errors(List<io.flotilla.spec.InvalidConfig.Problem> problems) {
        List<Map<String, Object>> errors = new ArrayList<>();
        problems.forEach(problem -> errors.add(
                problem.where().isEmpty()
                        ? Map.of("detail", problem.message())
                        : Map.of("where", problem.where(), "detail", problem.message())));
        return errors;
    }
}
