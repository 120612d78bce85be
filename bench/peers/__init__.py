"""The same cases, answers and metric through goldgate and through its peers, each as a whole process."""
