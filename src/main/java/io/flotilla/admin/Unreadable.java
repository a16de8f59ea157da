package io.flotilla.admin;

import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/** Answers requests that cannot even be read; Pekko HTTP makes it by its name. */
public final class Unreadable extends ParsingErrorHandler {

    /** Not logged: anybody can send anything. */
    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        return Router.guarded(Problem.of(status, "The request cannot be read: " + error.summary())
                .response());
    }
}
