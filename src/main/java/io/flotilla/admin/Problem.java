package io.flotilla.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Why something was not done (RFC 9457).
 *
 * @param detail what was wrong and what was expected, for people
 * @param instance of this answer; stands in the log beside what went wrong
 * @param more further members, the objects of JSON as maps and lists
 * @param headers of the answer
 */
record Problem(
        StatusCode status, String detail, String instance, Map<String, Object> more, Map<String, String> headers) {

    static Problem of(StatusCode status, String detail) {
        return new Problem(status, detail, "urn:uuid:" + UUID.randomUUID(), Map.of(), Map.of());
    }

    static Problem absent(String id) {
        return of(StatusCodes.NOT_FOUND, "There is no connection [" + id + "]");
    }

    /** With one more member. */
    Problem with(String key, Object value) {
        Map<String, Object> grown = new LinkedHashMap<>(more);
        grown.put(key, value);
        return new Problem(status, detail, instance, grown, headers);
    }

    /** With every single thing that is wrong. */
    Problem with(List<Map<String, Object>> errors) {
        return with("errors", errors);
    }

    Problem header(String name, String value) {
        Map<String, String> grown = new LinkedHashMap<>(headers);
        grown.put(name, value);
        return new Problem(status, detail, instance, more, grown);
    }

    /** As something to throw. */
    Refusal refusal() {
        return new Refusal(this);
    }

    HttpResponse response() {
        HttpResponse answer = HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(
                        ContentTypes.create(MediaTypes.applicationWithFixedCharset(
                                "problem+json", org.apache.pekko.http.javadsl.model.HttpCharsets.UTF_8)),
                        Json.object(json -> {
                            json.writeStringField("type", "about:blank");
                            json.writeStringField("title", status.reason());
                            json.writeNumberField("status", status.intValue());
                            json.writeStringField("detail", detail);
                            json.writeStringField("instance", instance);
                            for (Map.Entry<String, Object> member : more.entrySet()) {
                                json.writeObjectField(member.getKey(), member.getValue());
                            }
                        })));
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.addHeader(RawHeader.create(header.getKey(), header.getValue()));
        }
        return answer;
    }
}
