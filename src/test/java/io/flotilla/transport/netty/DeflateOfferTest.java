package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.Settings.Compression;
import io.flotilla.transport.netty.DeflateOffer.Agreed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeflateOfferTest {

    @Test
    void offersWhatItCanKeep() {
        assertThat(DeflateOffer.of(Compression.OFF)).isEmpty();
        assertThat(DeflateOffer.of(Compression.ON)).contains("permessage-deflate; client_no_context_takeover");
        assertThat(DeflateOffer.of(Compression.NO_CONTEXT_TAKEOVER))
                .contains("permessage-deflate; client_no_context_takeover; server_no_context_takeover");
    }

    @ParameterizedTest(name = "{0} agreed to with [{1}] is {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "OFF | | NOTHING",
                "ON | | NOTHING",
                "ON | , , | NOTHING",
                "ON | permessage-deflate | WITH_CONTEXT",
                "ON | Permessage-Deflate | WITH_CONTEXT",
                "ON | permessage-deflate; client_no_context_takeover | WITH_CONTEXT",
                "ON | permessage-deflate;server_no_context_takeover;client_no_context_takeover | WITHOUT_CONTEXT",
                "ON | permessage-deflate ; server_max_window_bits = 9 | WITH_CONTEXT",
                "ON | permessage-deflate; server_max_window_bits=\"15\" | WITH_CONTEXT",
                "NO_CONTEXT_TAKEOVER | permessage-deflate; server_no_context_takeover | WITHOUT_CONTEXT"
            })
    void takesWhatWasOffered(Compression wanted, String answer, Agreed agreed) {
        assertThat(DeflateOffer.read(answer == null ? List.of() : List.of(answer), wanted))
                .contains(agreed);
    }

    @ParameterizedTest(name = "{0} cannot be answered with [{1}]")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "OFF | permessage-deflate",
                "ON | x-webkit-deflate-frame",
                "ON | permessage-bzip2",
                "ON | permessage-deflate, permessage-deflate",
                "ON | permessage-deflate, x-other",
                "ON | permessage-deflate;",
                "ON | permessage-deflate; unknown",
                "ON | permessage-deflate; Server_no_context_takeover",
                "ON | permessage-deflate; server_no_context_takeover=1",
                "ON | permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "ON | permessage-deflate; server_max_window_bits",
                "ON | permessage-deflate; server_max_window_bits=7",
                "ON | permessage-deflate; server_max_window_bits=16",
                "ON | permessage-deflate; server_max_window_bits=09",
                "ON | permessage-deflate; server_max_window_bits=9; server_max_window_bits=10",
                "ON | permessage-deflate; server_max_window_bits=\"9",
                "ON | permessage-deflate; client_max_window_bits",
                "ON | permessage-deflate; client_max_window_bits=12",
                "NO_CONTEXT_TAKEOVER | permessage-deflate",
                "NO_CONTEXT_TAKEOVER | permessage-deflate; client_no_context_takeover"
            })
    void takesNothingElse(Compression wanted, String answer) {
        assertThat(DeflateOffer.read(List.of(answer), wanted)).isEmpty();
    }
}
