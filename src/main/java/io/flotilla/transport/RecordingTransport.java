package io.flotilla.transport;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Recorder;
import io.flotilla.sink.Redaction;
import io.flotilla.spec.ConnectionSpec;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A transport for one connection, with its frames recorded: what comes on its way to the sink, what goes once it was written. */
public final class RecordingTransport implements Transport {

    private final Transport transport;
    private final Recorder recorder;

    public RecordingTransport(Transport transport, Recorder recorder) {
        this.transport = transport;
        this.recorder = recorder;
    }

    @Override
    public Link dial(Dial dial) {
        KnownSecrets secrets = KnownSecrets.of(dial);
        Redaction redaction = new Redaction(secrets::mask, secrets.longest());
        return new RecordedLink(transport.dial(dial.into(recorder.around(dial.sink(), redaction))), redaction);
    }

    @Override
    public CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
        return transport.renewKey(spec, rejected);
    }

    /** The transport behind it serves others, and is not closed. */
    @Override
    public void close() {}

    private final class RecordedLink implements Link {
        private final Link link;
        private final Redaction redaction;

        RecordedLink(Link link, Redaction redaction) {
            this.link = link;
            this.redaction = redaction;
        }

        @Override
        public long generation() {
            return link.generation();
        }

        @Override
        public void send(Frame frame, Written outcome) {
            link.send(frame, written -> {
                if (written) {
                    recorder.sent(link.generation(), frame.isText(), frame.payload(), redaction);
                }
                outcome.done(written);
            });
        }

        @Override
        public void close(FailureKind why, int code, String reason, Duration flush) {
            link.close(why, code, reason, flush);
        }

        @Override
        public void abort(FailureKind why) {
            link.abort(why);
        }
    }
}
