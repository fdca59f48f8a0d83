package io.bascule.updateengine.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which step comes when is what a power cut shows. */
class EspStepsTest {
    private final Files files = new Files();

    @Test
    void renamedFileIsSyncedBeforeItsFolder() throws IOException {
        files.contents.put("a.efi", new byte[] {'M', 'Z'});
        EspSteps.rename(files, "a.efi", "a+0-0.efi");
        assertThat(files.steps).containsExactly("rename a.efi a+0-0.efi", "sync a+0-0.efi", "sync the folder");
        assertThat(files.contents.get("a+0-0.efi")).containsExactly('M', 'Z');
    }

    @Test
    void entryThatAppearsIsDeadUntilItsNameIsThere() throws IOException {
        files.contents.put("a.partial", new byte[] {'M', 'Z'});
        EspSteps.rename(files, "a.partial", "a+3-0.efi");
        assertThat(files.steps)
                .containsExactly(
                        "start of a.partial is [0, 0]",
                        "rename a.partial a+3-0.efi",
                        "sync a+3-0.efi",
                        "sync the folder",
                        "start of a+3-0.efi is [77, 90]");
    }

    @Test
    void entryThatGoesIsDeadBeforeItsNameGoes() throws IOException {
        files.contents.put("A.EFI", new byte[] {'M', 'Z'});
        EspSteps.delete(files, "A.EFI");
        assertThat(files.steps).containsExactly("start of A.EFI is [0, 0]", "delete A.EFI", "sync the folder");
        assertThat(files.contents).isEmpty();
    }

    @Test
    void whatCannotBeReadIsDeletedAllTheSame() throws IOException {
        files.unreadable = true;
        files.contents.put("a.efi", new byte[] {'M', 'Z'});
        EspSteps.delete(files, "a.efi");
        assertThat(files.steps).containsExactly("delete a.efi", "sync the folder");
    }

    @Test
    void whatNothingBootsIsJustDeleted() throws IOException {
        files.contents.put("a.partial", new byte[] {'M', 'Z'});
        EspSteps.delete(files, "a.partial");
        assertThat(files.steps).containsExactly("delete a.partial", "sync the folder");
    }

    @Test
    void deadIsWhatIsEmptyOrBeginsWithZeros() {
        assertThat(EspSteps.dead(new byte[0])).isTrue();
        assertThat(EspSteps.dead(new byte[512])).isTrue();
        assertThat(EspSteps.dead(new byte[] {0, 0, 1})).isFalse();
    }

    /** Files that write down what is done to them. */
    private static final class Files implements EspFiles {
        private final Map<String, byte[]> contents = new TreeMap<>();
        private final List<String> steps = new ArrayList<>();
        private boolean unreadable;

        @Override
        public byte[] readStart(String name) throws IOException {
            if (unreadable) {
                throw new IOException("Input/output error");
            }
            return contents.getOrDefault(name, new byte[0]).clone();
        }

        @Override
        public void writeStart(String name, byte[] bytes) {
            contents.put(name, bytes.clone());
            steps.add("start of " + name + " is " + Arrays.toString(bytes));
        }

        @Override
        public void rename(String from, String to) {
            steps.add("rename " + from + " " + to);
            contents.put(to, contents.getOrDefault(from, new byte[0]));
            contents.remove(from);
        }

        @Override
        public boolean delete(String name) {
            steps.add("delete " + name);
            return contents.remove(name) != null;
        }

        @Override
        public void syncFile(String name) {
            steps.add("sync " + name);
        }

        @Override
        public void syncFolder() {
            steps.add("sync the folder");
        }
    }
}
