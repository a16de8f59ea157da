package io.flotilla.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

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

    /** Runs something once the answer has left, which it may end the way of; or after a second: who asked may be gone. */
    static HttpResponse then(HttpResponse answer, Runnable next) {
        AtomicBoolean begun = new AtomicBoolean();
        Runnable once = () -> {
            if (begun.compareAndSet(false, true)) {
                next.run();
            }
        };
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(once);
        HttpEntity.Strict whole = (HttpEntity.Strict) answer.entity();
        Source<ByteString, NotUsed> bytes = Source.single(whole.getData()).watchTermination((nothing, done) -> {
            done.whenComplete((left, thrown) -> once.run());
            return nothing;
        });
        return answer.withEntity(HttpEntities.create(
                whole.getContentType(), (long) whole.getData().size(), bytes));
    }
}
