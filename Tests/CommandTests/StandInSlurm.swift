import Foundation
import Testing

/// Slurm's commands as one shell script, with jobs that are processes: for sites that a real Slurm of one node cannot be.
///
/// It keeps its jobs in the directory STATE and every call, with the variables that reach it, in STATE/calls. Of its answers
/// and its haste, variables decide: ANSWER, how sbatch says the number; CLUSTER, the cluster that jobs are on and must be asked
/// for; HOLD, tasks that only wait; SLOW, the seconds for which sbatch says nothing after submitting; SQUEUE, what squeue does
/// instead of answering.
struct StandInSlurm {
    let scratch: Scratch

    init(_ scratch: Scratch) throws {
        self.scratch = scratch
        for name in ["sbatch", "squeue", "scancel"] {
            try scratch.write(program: StandInSlurm.script, to: ".harness-slurm/\(name)")
        }
        try scratch.write("", to: ".harness-state/calls")
    }

    /// Ends every task that is left.
    func end() { _ = try? call("scancel", ["--all"]) }

    private func words(_ settings: [String]) -> [String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return ["PATH=\(scratch.path)/.harness-slurm:\(path)", "STATE=\(scratch.path)/.harness-state"] + settings
    }

    func call(_ command: String, _ arguments: [String], _ settings: String...) throws -> Ending {
        try scratch.run("/usr/bin/env", words(settings) + [command] + arguments)
    }

    /// `unroll run tiny.yaml --executor slurm`, of two trials in one shard.
    func start(_ settings: [String] = [], _ options: [String] = [], directory: String? = nil) throws -> Running {
        try scratch.start(
            "/usr/bin/env",
            words(settings) + [Program.unroll.path, "run", "tiny.yaml", "--executor", "slurm", "--shards", "1"]
                + ["--only", "cell=elman", "--only", "length=6"] + options, directory: directory)
    }

    func run(_ settings: [String] = [], _ options: [String] = []) throws -> Ending {
        try start(settings, options).wait()
    }

    /// Submits a job that only waits, as anybody may have.
    func submit(name: String) throws -> String {
        let answer = try call("sbatch", ["--array=1", "--job-name=\(name)"], "HOLD=1").output
        return answer.trimmingCharacters(in: .newlines)
    }

    /// Names of the jobs whose tasks run, by number.
    func running() throws -> [String: String] {
        let answer = try call("squeue", ["--format=%F %j"]).output
        return answer.split(separator: "\n").reduce(into: [:]) { jobs, line in
            let words = line.split(separator: " ").map(String.init)
            if words[0] == "unroll", Int(words[1]) != nil { jobs[words[1]] = words[3] }
        }
    }

    /// The calls of a command so far.
    func calls(_ command: String) throws -> [String] {
        try scratch.read(".harness-state/calls").split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(command + " ") }
    }

    private static let script = #"""
        #!/bin/bash
        # By descriptors that its children have Foundation would wait for the tasks.
        for file in /proc/$$/fd/*; do
          file=${file##*/}
          if [ "$file" -gt 2 ] && [ "$file" -lt 255 ]; then eval "exec $file>&-"; fi
        done
        command=${0##*/} cluster= jobs= name= array= number= all=
        for word; do
          case $word in
            --clusters=*) cluster=${word#*=} ;;
            --jobs=*) jobs=${word#*=} ;;
            --name=* | --job-name=*) name=${word#*=} ;;
            --array=*) array=${word#*=} ;;
            --all) all=1 ;;
            -*) ;;
            *) number=$word ;;
          esac
        done
        settings=$(env | grep -E '^(SQUEUE_|SCANCEL_|SBATCH_|SLURM_CLUSTERS|LC_ALL)' | sort | tr '\n' ' ')
        echo "$command $* [$settings]" >> "$STATE/calls"
        # Tasks of a job that run. One that has ended stands in the table of processes until its parent has asked.
        alive() {
          for pid in $(cat "$1/pids" 2>/dev/null); do
            read -r line 2>/dev/null < "/proc/$pid/stat" || continue
            case ${line##*) } in Z*) ;; *) echo "$pid" ;; esac
          done
        }
        case $command in
          sbatch)
            script=$STATE/script.$$
            if [ -z "$HOLD" ]; then cat > "$script"; fi
            number=1
            while ! mkdir "$STATE/job.$number" 2>/dev/null; do number=$((number + 1)); done
            job=$STATE/job.$number
            echo "$name" > "$job/name"
            date +%s > "$job/submitted"
            for task in $(echo "${array%\%*}" | tr , ' '); do
              if [ -n "$HOLD" ]; then setsid sleep 100 > /dev/null 2>&1 < /dev/null &
              else SLURM_ARRAY_TASK_ID=$task setsid sh "$script" > "$job/log" 2>&1 < /dev/null &
              fi
              # What a command leaves in its group is ended with it: the task must have left it by then.
              while read -r _ _ _ _ _ session _ 2>/dev/null < "/proc/$!/stat" && [ "$session" != $! ]; do :; done
              echo $! >> "$job/pids"
            done
            if [ -n "$SLOW" ]; then sleep "$SLOW"; fi
            printf "${ANSWER:-%s\\n}" "$number"
            ;;
          squeue)
            if [ -n "$SQUEUE" ]; then eval "$SQUEUE"; fi
            if [ "$cluster" != "$CLUSTER" ]; then
              if [ -n "$jobs" ]; then echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1; fi
              echo 'unroll ARRAY_JOB_ID SUBMIT_TIME NAME'
              exit
            fi
            if [ -n "$jobs" ] && [ ! -d "$STATE/job.$jobs" ]; then
              echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1
            fi
            echo "Welcome to ${CLUSTER:-this cluster}, 1 of 1 nodes up"
            echo 'unroll ARRAY_JOB_ID SUBMIT_TIME NAME'
            for job in "$STATE"/job.*; do
              [ -d "$job" ] || continue
              if [ -n "$jobs" ] && [ "$job" != "$STATE/job.$jobs" ]; then continue; fi
              if [ -n "$name" ] && [ "$name" != "$(cat "$job/name")" ]; then continue; fi
              for pid in $(alive "$job"); do echo "unroll ${job##*.} $(cat "$job/submitted") $(cat "$job/name")"; done
            done
            ;;
          scancel)
            if [ -z "$all" ] && [ "$cluster" != "$CLUSTER" ]; then echo 'scancel: error: Invalid job id' >&2; exit 1; fi
            for job in "$STATE"/job.*; do
              if [ -z "$all" ]; then
                if [ "$job" != "$STATE/job.$number" ]; then continue; fi
                if [ -n "$name" ] && [ "$name" != "$(cat "$job/name")" ]; then continue; fi
              fi
              for pid in $(alive "$job"); do kill -KILL -"$pid"; done
            done
            ;;
        esac

        """#
}
