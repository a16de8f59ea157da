package io.flotilla.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandCredentialTest {

    @TempDir
    Path folder;

    @Test
    void takesWhatTheCommandPrints() {
        assertThat(Given.secret(shell("printf 'hush\\n'").current())).isEqualTo("hush");
    }

    @Test
    void givesArgumentsAsTheyAre() {
        CommandCredential credential = new CommandCredential(
                List.of("printf", "%s", "$HOME; `id` *"), Duration.ofSeconds(30), 64, Optional.empty());
        assertThat(Given.secret(credential.current())).isEqualTo("$HOME; `id` *");
    }

    @Test
    void doesNotLetACommandWaitForInput() {
        assertThat(Given.secret(shell("cat; echo hush").current())).isEqualTo("hush");
    }

    @Test
    void doesNotWaitForWhatTheCommandLeftRunning() throws IOException {
        Path pid = folder.resolve("pid");
        CommandCredential credential = shell("sleep 300 & echo $! > " + pid + "; echo hush");
        try {
            assertThat(Given.secret(credential.current())).isEqualTo("hush");
        } finally {
            process(pid).destroyForcibly();
        }
    }

    @Test
    void takesOutputThatIsLargerThanAPipe() {
        CommandCredential credential = new CommandCredential(
                List.of("sh", "-c", "head -c 200000 /dev/zero | tr '\\0' x"),
                Duration.ofSeconds(30),
                200_000,
                Optional.empty());
        assertThat(Given.secret(credential.current())).hasSize(200_000);
    }

    @Test
    void saysWhyThereIsNothingToBeHadAndNeverWhatWasPrinted() {
        assertThat(Given.refusal(shell("echo hush; echo hush >&2; exit 3"))).endsWith("ended with exit code 3");
        assertThat(Given.refusal(shell("true"))).endsWith("is empty");
        assertThat(Given.refusal(shell("yes hush"))).endsWith("printed more than 1024 bytes");
        assertThat(Given.refusal(shell("printf 'hush\\377'"))).contains("no UTF-8 text");
        assertThat(Given.refusal(new CommandCredential(
                        List.of("/no/such/program", "hush"), Duration.ofSeconds(30), 64, Optional.empty())))
                .isEqualTo("command [/no/such/program] cannot be run");
    }

    @Test
    void endsAtItsTimeoutWithEverythingThatItStarted() throws IOException {
        Path pid = folder.resolve("pid");
        CommandCredential credential = new CommandCredential(
                List.of("sh", "-c", "sleep 300 & echo $! > " + pid + "; wait"),
                Duration.ofSeconds(3),
                64,
                Optional.empty());

        assertThat(Given.refusal(credential)).endsWith("did not end within 3000 ms");

        ProcessHandle left = process(pid);
        Waiting.until("what it started is ended", () -> !left.isAlive());
    }

    private static ProcessHandle process(Path pid) throws IOException {
        return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    }

    private static CommandCredential shell(String script) {
        return new CommandCredential(List.of("sh", "-c", script), Duration.ofSeconds(30), 1024, Optional.empty());
    }
}
