package io.flotilla.spec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;

/** One value in a message of JSON, found without building the rest: messages are looked at on event loops. */
public record JsonScalar(String text, boolean isString) {

    private static final JsonFactory JSON = new JsonFactory();

    /** Characters of a value that are worth remembering; a longer one counts as not there. */
    static final int MOST = 256;

    /**
     * The string, number or boolean that the pointer leads to; empty when there is none, and when it is no JSON up to there.
     *
     * @param length bytes that are looked at
     */
    public static Optional<JsonScalar> at(byte[] utf8, int length, JsonPointer pointer) {
        try (JsonParser whole = JSON.createParser(utf8, 0, length);
                JsonParser found = new FilteringParserDelegate(
                        whole, new JsonPointerBasedFilter(pointer), TokenFilter.Inclusion.ONLY_INCLUDE_ALL, false)) {
            JsonToken token = found.nextToken();
            if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
                return Optional.empty();
            }
            String text = found.getText();
            return text.length() > MOST
                    ? Optional.empty()
                    : Optional.of(new JsonScalar(text, token == JsonToken.VALUE_STRING));
        } catch (IOException e) {
            return Optional.empty(); // a message that is no JSON simply has no such value
        }
    }

    /** As it stands in JSON. */
    public String spelled() {
        return isString ? '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"' : text;
    }

    /** The number that it is, or that is written in the string. */
    public Optional<BigDecimal> number() {
        try {
            return Optional.of(new BigDecimal(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
