package io.flotilla.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** Answers that went well. */
final class Answers {

    private Answers() {}

    /** An object with these fields. */
    static HttpResponse object(StatusCode status, Json.Body fields) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, Json.object(fields)));
    }

    static CompletionStage<HttpResponse> ok(Json.Body fields) {
        return now(object(StatusCodes.OK, fields));
    }

    static CompletionStage<HttpResponse> accepted(Json.Body fields) {
        return now(object(StatusCodes.ACCEPTED, fields));
    }

    static CompletionStage<HttpResponse> now(HttpResponse answer) {
        return CompletableFuture.completedStage(answer);
    }
}
