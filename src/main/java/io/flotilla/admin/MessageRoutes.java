package io.flotilla.admin;

import io.flotilla.Fleet;
import io.flotilla.connection.SendOutcome;
import io.flotilla.spec.ConnectionId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** Sends messages, and says what became of them. */
final class MessageRoutes {

    private final Fleet fleet;

    MessageRoutes(Fleet fleet) {
        this.fleet = fleet;
    }

    List<Route> table() {
        return List.of(Route.guarded(HttpMethods.POST, "/api/v1/connections/{id}/messages", this::send)
                .withBody());
    }

    private CompletionStage<HttpResponse> send(Call call) {
        ConnectionId id = call.id();
        if (fleet.status(id).isEmpty()) {
            throw Problem.absent(id.value()).refusal();
        }
        return call.body().thenCompose(body -> {
            body.only(Set.of("text", "base64"));
            Optional<String> text = body.text("text");
            text.filter(said -> !StandardCharsets.UTF_8.newEncoder().canEncode(said))
                    .ifPresent(said -> {
                        throw bad("[text] in the body: has half a character (a lone surrogate), which is no UTF-8");
                    });
            Optional<byte[]> bytes = body.text("base64").map(MessageRoutes::decoded);
            if (text.isPresent() == bytes.isPresent()) {
                throw bad("Expected either [text] or [base64] in the body");
            }
            CompletionStage<SendOutcome> sent =
                    text.isPresent() ? fleet.send(id, text.get()) : fleet.send(id, bytes.orElseThrow());
            return sent.thenApply(MessageRoutes::answer);
        });
    }

    private static HttpResponse answer(SendOutcome outcome) {
        if (outcome instanceof SendOutcome.Written written) {
            return Answers.object(StatusCodes.OK, json -> {
                json.writeStringField("outcome", "written");
                json.writeNumberField("generation", written.generation());
            });
        }
        if (outcome instanceof SendOutcome.Refused refused) {
            if (refused.reason() == SendOutcome.Reason.UNKNOWN_CONNECTION) {
                throw Problem.of(StatusCodes.NOT_FOUND, refused.detail()).refusal();
            }
            throw not(outcome, refused.detail())
                    .with("reason", refused.reason().name())
                    .refusal();
        }
        if (outcome instanceof SendOutcome.Unsent unsent) {
            throw not(outcome, unsent.detail()).refusal();
        }
        if (outcome instanceof SendOutcome.Expired expired) {
            throw not(outcome, expired.detail()).refusal();
        }
        throw not(outcome, "nobody knows why").refusal();
    }

    private static Problem not(SendOutcome outcome, String detail) {
        return Problem.of(StatusCodes.CONFLICT, "The message was not written: " + detail)
                .with("outcome", outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw bad("[base64] in the body: expected base64 (RFC 4648)");
        }
    }

    private static Refusal bad(String detail) {
        return Problem.of(StatusCodes.BAD_REQUEST, detail).refusal();
    }
}
