import Runner
import Testing

/// What is a job number in what sbatch prints.
struct SlurmJobTests {
    @Test(arguments: [
        ("123\n", 123, nil as String?), ("123;alpha\n", 123, "alpha"), ("Submitted batch job 123\n", 123, nil),
        ("Submitted batch job 123 on cluster alpha\n", 123, "alpha"), ("  123 \r\n", 123, nil),
        ("Welcome to cluster 7!\n\n*** maintenance on 12 May ***\n123\n", 123, nil),
        ("4\nquota: 12 of 100\n123;a-b_c.d\nHave a nice day\n", 123, "a-b_c.d"),
        ("sbatch: lua: Submitted job\nSubmitted batch job 123\nbilled to: 99 units\n", 123, nil),
        ("7\n123", 123, nil),
    ])
    func numbers(_ answer: String, number: Int, cluster: String?) {
        let found = SlurmJob.number(in: answer)
        #expect(found?.number == number)
        #expect(found?.cluster == cluster)
    }

    @Test(arguments: [
        "", "\n", "Welcome", "job 123", "123 456", "12a", "-5", "+5", "0", "99999999999999999999", "123;", "123;a b",
        "123;-x", "123;a;b", "１２３", "Submitted batch job", "Submitted batch job x", "submitted batch job 5",
        "Stapelverarbeitungsauftrag 123 übermittelt", "123.5", "123_4",
    ])
    func nothing(_ answer: String) { #expect(SlurmJob.number(in: answer) == nil) }
}
